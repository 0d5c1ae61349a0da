/** The release of one function. */
export type Release = { functionName: string; targetVersion: string };

/** The functions that are released behind this hook, by the names of their folders. */
export type Released =
  'create-upload' | 'list-images' | 'get-image' | 'delete-image' | 'serve-gallery' | 'admit-member';

/** How an invocation of one version went. */
export type Invocation =
  | { status: 'returned'; payload: unknown }
  | { status: 'failed'; error: string }
  | { status: 'unavailable'; why: string };

/** What the verification asks of the world. */
export type Ports = {
  describeDeployment: (id: string) => Promise<Release>;
  /** Undefined for a function that is not released behind this hook. */
  folderOf: (functionName: string) => Released | undefined;
  invoke: (functionName: string, version: string, event: unknown) => Promise<Invocation>;

  /** The bucket for uploads. The pipeline processes objects of this hook like those of any user. */
  bucket: string;
  imageId: (image: { bucket: string; key: string }) => string;
  picture: Uint8Array;
  putPicture: (key: string) => Promise<unknown>;
  /** Undefined where there is nothing (any more). */
  readPicture: (key: string) => Promise<Uint8Array | undefined>;
  /** Only for objects that this run has put there itself. */
  deletePicture: (key: string) => Promise<void>;
  /** As a browser would, past AWS's SDK: no credentials but those in the URL. */
  fetch: (url: string, init?: { method: 'POST'; body: FormData }) => Promise<Fetched>;
  /** GalleryMembers, as the template has it. */
  members: string;

  /** Unique, safe in a key, e.g. a UUID. */
  newName: () => string;
  now: () => number;
  pause: (ms: number) => Promise<void>;
  /** Log lines: what went wrong here without being the new version's fault. */
  warn: (what: string, error: unknown) => void;
};

export type Fetched = { status: number; headers: Headers; bytes: Uint8Array };
