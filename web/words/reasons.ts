import type { Language } from './languages.ts';

/** A sentence for people: what the pipeline says begins small and ends without a full stop. */
const asSentence = (text: string): string =>
  text.slice(0, 1).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');

const KINDS: Readonly<Record<string, string>> = {
  'TIFF image': 'TIFF 이미지',
  'PDF document': 'PDF 문서',
  'BMP image': 'BMP 이미지',
  'Windows icon': 'Windows 아이콘',
  'Photoshop document': 'Photoshop 문서',
  'JPEG XL image': 'JPEG XL 이미지',
  'JPEG 2000 image': 'JPEG 2000 이미지',
  video: '동영상',
  'ZIP archive': 'ZIP 압축 파일',
  'gzip archive': 'gzip 압축 파일',
  'SVG drawing': 'SVG 그림',
  'web page': '웹 페이지',
  text: '텍스트',
};

const onlyThese = (formats = ''): string => `${formats.replace(' and ', ', ')} 이미지만 사용할 수 있습니다.`;
const pixels = (width = '', height = ''): string => `${width} × ${height}픽셀입니다.`;

/** What the pipeline says of a file that is no photo for it, and the same in Korean. Held against the pipeline's own refusals by a test. */
const KOREAN: readonly (readonly [RegExp, (...parts: (string | undefined)[]) => string])[] = [
  [/^the file is empty$/, () => '빈 파일입니다.'],
  [
    /^(\S+) MB: a file may have at most (\S+) MB$/,
    (is, most) => `${is}MB입니다. 파일은 최대 ${most}MB까지 가능합니다.`,
  ],
  [
    /^this is a HEIC image.*cannot be read here/,
    () =>
      'iPhone에서 찍은 HEIC 이미지는 여기서 읽을 수 없습니다. JPEG로 내보내거나 카메라 설정에서 ‘높은 호환성’을 선택하세요.',
  ],
  [
    /^this is an? (.+): only (.+) images are accepted$/,
    (kind = '', formats) => `${KINDS[kind] ?? kind}입니다. ${onlyThese(formats)}`,
  ],
  [
    /^no pixels of (\S+) can be read: only (.+) images/,
    (kind, formats) => `${kind} 파일은 읽을 수 없습니다. ${onlyThese(formats)}`,
  ],
  [
    /^the file is damaged, incomplete or no image at all(?:: only (.+) images are accepted)?/,
    (formats) => `파일이 손상되었거나, 불완전하거나, 이미지가 아닙니다.${formats ? ` ${onlyThese(formats)}` : ''}`,
  ],
  [
    /^the (\S+) file is damaged or incomplete/,
    (format = '') => `${format.toUpperCase()} 파일이 손상되었거나 불완전합니다.`,
  ],
  [
    /^(\d+) x (\d+) pixels: the longest side may be at most (\d+)$/,
    (w, h, most) => `${pixels(w, h)} 긴 변은 최대 ${most}픽셀까지 가능합니다.`,
  ],
  [
    /^(\d+) x (\d+) pixels: an image may have at most (\d+) megapixels$/,
    (w, h, most) => `${pixels(w, h)} 최대 ${most}메가픽셀까지 가능합니다.`,
  ],
  [
    /^(\d+) x (\d+) pixels take (\d+) MB of memory.*at most (\d+) MB$/,
    (w, h, is, most) => `${pixels(w, h)} 메모리 ${is}MB가 필요하지만 최대 ${most}MB까지 가능합니다.`,
  ],
  [
    /^(\d+) pages: an image may have at most (\d+)$/,
    (pages, most) => `${pages}장으로 이루어져 있습니다. 최대 ${most}장까지 가능합니다.`,
  ],
  [/^poison: /, () => '이 파일을 처리하다가 두 번 중단되어 더 이상 시도하지 않습니다.'],
];

/** Why a file was rejected, in the user's language if that is known; `lang` is the language of the text. */
export function reasonIn(language: Language, reason: string): { text: string; lang: Language } {
  if (language === 'ko') {
    for (const [pattern, say] of KOREAN) {
      const found = pattern.exec(reason);
      if (found !== null) return { text: say(...found.slice(1)), lang: 'ko' };
    }
  }
  return { text: asSentence(reason.replace(/^poison: /, '')), lang: 'en' };
}
