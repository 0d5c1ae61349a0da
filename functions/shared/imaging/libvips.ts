import sharp from 'sharp';

// Uploads come from strangers, and libvips can open far more than photographs. What is not unblocked here cannot be opened, whatever
// its first bytes or its name say: no SVG (renders documents), no TIFF, no PDF, and nothing from a file on disk.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadHeifBuffer',
  ],
});

// No operation is ever repeated on the same pixels, so that libvips' cache would only hold memory.
sharp.cache(false);

// One image at a time on about one vCPU: more threads cost memory and win nothing.
sharp.concurrency(1);

export { sharp };
