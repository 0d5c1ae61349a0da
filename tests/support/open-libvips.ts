import sharp from 'sharp';

// What libvips may open is settled for a whole process, and Jest runs many test files in one: a file that imports imaging shuts SVG for
// those that come after it. This opens what tests draw with; imaging shuts it again wherever it is imported.
sharp.unblock({ operation: ['VipsForeignLoad'] });
