/**
 * What a build leaves behind, and what a function's `Code` and a layer's `Content` are on this machine, where AWS would have a zip
 * in S3: a folder that holds exactly the files of the zip. Its name ends with its hash, so it never changes once it is there:
 * a published version can go on reading from it.
 */
export type Artifact = {
  /** Absolute path. */
  Folder: string;
  /** Of paths and contents, lower-case hex: equal content, equal hash, on every machine. */
  Sha256: string;
};
