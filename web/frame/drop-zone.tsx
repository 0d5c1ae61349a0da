import { useEffect, useState } from 'preact/hooks';
import { undoable, undoRemoval } from '../images/removing.ts';
import { addFiles, uploads } from '../uploads/later.ts';
import { words } from '../words/language.ts';

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true;

/** The whole page takes what is dropped or pasted; while files hover, it says so. */
export function DropZone() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const hover = (change: number) => {
      depth = change === 0 ? 0 : Math.max(0, depth + change);
      setOver(depth > 0);
    };
    const add = (files: FileList) => {
      addFiles([...files]);
      scrollTo({ top: 0 });
    };
    const controller = new AbortController();
    const on = <K extends keyof WindowEventMap>(type: K, listen: (event: WindowEventMap[K]) => void) =>
      addEventListener(type, listen, { signal: controller.signal });
    on('dragenter', (event) => {
      if (!hasFiles(event)) return;
      void uploads();
      hover(1);
    });
    on('dragleave', (event) => hasFiles(event) && hover(-1));
    on('dragover', (event) => hasFiles(event) && event.preventDefault());
    on('drop', (event) => {
      if (!hasFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      hover(0);
      add(event.dataTransfer.files);
    });
    on('paste', ({ clipboardData }) => clipboardData && clipboardData.files.length > 0 && add(clipboardData.files));
    on('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 'z' || undoable.peek().length === 0) return;
      event.preventDefault();
      undoRemoval();
    });
    return () => controller.abort();
  }, []);
  if (!over) return null;
  return (
    <div class="veil" aria-hidden="true">
      <p>{words.value.drop}</p>
    </div>
  );
}
