/** What docs/api.yaml describes, as far as the page uses it. Times are ISO 8601, sizes bytes, lengths pixels. */
export type Output = { width: number; height: number; format: 'webp' | 'avif'; bytes: number; url: string };

export type Status = 'pending' | 'ready' | 'rejected' | 'deleted';
export type RecipeName = 'thumbnails' | 'renditions';

export type RecipeState = { status: Status; reason?: string; processedBy: string; processedAt: string };

/** What a tile needs. `name` and `reason` are hostile input: text, never markup. */
export type LivingImage = {
  imageId: string;
  status: 'pending' | 'ready' | 'rejected';
  name: string;
  reason?: string;
  uploadedAt?: string;
  size?: number;
  format?: string;
  width?: number;
  height?: number;
  placeholder?: string;
  dominantColour?: string;
  outputs: Output[];
  urlsExpireAt?: string;
  recipes: Partial<Record<RecipeName, RecipeState>>;
};
export type Image = LivingImage | { imageId: string; status: 'deleted' };
export type ImagePage = { images: Image[]; next?: string };

export type Exif = {
  camera?: string;
  lens?: string;
  exposureTime?: string;
  fNumber?: number;
  iso?: number;
  focalLength?: number;
  /** Without a zone, for EXIF has none. */
  takenAt?: string;
};
export type ImageDetails = Omit<LivingImage, 'outputs' | 'recipes'> & {
  exif?: Exif;
  original?: { url: string; contentType: string };
  recipes: Partial<Record<RecipeName, RecipeState & { recipeVersion: number; outputs: Output[] }>>;
};

export type SignIn = {
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userInfoEndpoint: string;
  revocationEndpoint: string;
  logoutEndpoint: string;
  clientId: string;
  scopes: string[];
};
export type Version = { recipe: RecipeName; version: string; weight: number; isNew?: boolean };
export type Release = { underWay: boolean; versions: Version[] };
export type Config = {
  region: string;
  signIn: SignIn;
  upload: { maxBytes: number; types: string[] };
  keepDeletedDays: number;
  release: Release;
};

/** A form that S3 takes: exactly one key, type and size, for five minutes. */
export type UploadForm = {
  imageId: string;
  name: string;
  contentType: string;
  url: string;
  fields: Record<string, string>;
  expiresAt: string;
};
