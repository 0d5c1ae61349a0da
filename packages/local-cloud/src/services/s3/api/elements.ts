import type { XmlValue } from '../../../wire/xml.ts';
import { formEncode } from '../form-encode.ts';
import type { StoredObject } from '../model.ts';

export function checksumElements({ checksum }: Pick<StoredObject, 'checksum'>): Record<string, XmlValue> {
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}

/** How a listing writes keys: as they are, or with `encoding-type=url` encoded, since XML cannot hold every character. */
export function keyWriter(encodingType: string | null): (key: string) => string {
  return encodingType === 'url' ? formEncode : (key) => key;
}
