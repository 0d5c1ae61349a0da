import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { archiveOf, filesOfArchive } from '../../src/builder/archive.ts';

const MB = 1024 ** 2;
const archive = (files: Zippable): Buffer => Buffer.from(zipSync(files));
const read = (zip: Uint8Array, maximum = MB): Record<string, string> =>
  Object.fromEntries(
    [...filesOfArchive(Buffer.from(zip), maximum).files].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
  );

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('A zip', () => {
  test('is read with its folders, packed or stored, whatever its comment', () => {
    const zip = zipSync(
      {
        'handler.js': strToU8('a'.repeat(1000)),
        lib: { 'ü.json': [strToU8('{}'), { level: 0 }] },
        'empty/': new Uint8Array(),
      },
      { comment: 'PK\x05\x06 by hand' },
    );
    expect(read(zip)).toEqual({ 'handler.js': 'a'.repeat(1000), 'lib/ü.json': '{}' });
  });

  test('keeps which files are programs', () => {
    const mode = (bits: number) => ({ os: 3, attrs: bits << 16 });
    const zip = archive({
      'bin/tool': [strToU8('#!'), mode(0o100755)],
      'handler.js': [strToU8(''), mode(0o100644)],
      'from-elsewhere.js': strToU8(''),
    });
    expect([...filesOfArchive(zip, MB).executables]).toEqual(['bin/tool']);
  });

  test.each([
    ['../outside.js', 'leads out of the folder'],
    ['lib/../../outside.js', 'leads out of the folder'],
    ['/etc/outside.js', 'leads out of the folder'],
    ['C:/outside.js', 'leads out of the folder'],
    ['..\\outside.js', 'leads out of the folder'],
  ])('that writes to %s is refused', (name, message) => {
    expect(() => read(archive({ [name]: strToU8('x') }))).toThrow(message);
  });

  test('that is none, is cut off or damaged is refused', () => {
    const zip = archive({ 'handler.js': strToU8('module.exports = 1; '.repeat(50)) });
    expect(() => read(Buffer.from('no zip'))).toThrow('no end of a zip');
    expect(() => read(zip.subarray(0, zip.length - 30))).toThrow('no end of a zip');
    const changed = Buffer.from(zip);
    changed.writeUInt8(changed.readUInt8(50) ^ 0xff, 50);
    expect(() => read(changed)).toThrow('handler.js is damaged');
  });

  test('that holds more than allowed is refused before any of it is unpacked, and a lie about it does not help', () => {
    const zip = archive({ 'bomb.bin': new Uint8Array(8 * MB) });
    expect(zip.length).toBeLessThan(MB / 50);
    expect(() => read(zip, MB)).toThrow(`Unzipped size must be smaller than ${MB} bytes`);
    // The directory's entry says how large the file is, 24 bytes in.
    const lying = Buffer.from(zip);
    lying.writeUInt32LE(10, lying.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
    expect(() => read(lying, MB)).toThrow('bomb.bin is damaged');
  });

  test('with links, or with a file that is a folder too, is refused', () => {
    const link = { os: 3, attrs: 0o120777 << 16 };
    expect(() => read(archive({ passwords: [strToU8('/etc/passwd'), link] }))).toThrow('is a symbolic link');
    expect(() => read(archive({ lib: strToU8('x'), 'lib/a.js': strToU8('x') }))).toThrow('lib is a file and a folder');
  });
});

test('a folder becomes the same zip every time, its links followed and its programs kept, and is read back as it was', async () => {
  await mkdir(join(folder, 'code', 'lib'), { recursive: true });
  await writeFile(join(folder, 'code', 'handler.js'), 'one');
  await writeFile(join(folder, 'code', 'lib', 'tool'), 'two', { mode: 0o755 });
  await mkdir(join(folder, 'elsewhere'));
  await writeFile(join(folder, 'elsewhere', 'x.js'), 'three');
  await symlink(join(folder, 'elsewhere'), join(folder, 'code', 'linked'));
  const zip = Buffer.from(await archiveOf(join(folder, 'code')));
  expect(read(zip)).toEqual({ 'handler.js': 'one', 'lib/tool': 'two', 'linked/x.js': 'three' });
  expect([...filesOfArchive(zip, MB).executables]).toEqual(['lib/tool']);
  expect(Buffer.compare(zip, await archiveOf(join(folder, 'code')))).toBe(0);
});
