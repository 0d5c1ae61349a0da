import sharp from 'sharp';

const windowSide = 8;
// Wang, Bovik, Sheikh and Simoncelli (2004): keep the quotients steady where a window is flat. For values from 0 to 255.
const steadyMean = (0.01 * 255) ** 2;
const steadyVariance = (0.03 * 255) ** 2;

/**
 * The structural similarity of two pictures of one size: 1 for the same, mean of 8 x 8 windows of the luma. Transparent parts count as
 * if on white.
 */
export async function likeness(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [first, second] = await Promise.all([luma(a), luma(b)]);
  if (first.width !== second.width || first.height !== second.height) throw new Error('the pictures differ in size');
  const { width, height } = first;
  const side = { x: Math.min(windowSide, width), y: Math.min(windowSide, height) };
  let [sum, windows] = [0, 0];
  for (let y = 0; y + side.y <= height; y += side.y) {
    for (let x = 0; x + side.x <= width; x += side.x) {
      sum += similarity(first.data, second.data, width, x, y, side);
      windows++;
    }
  }
  return sum / windows;
}

async function luma(picture: Uint8Array): Promise<{ data: Buffer; width: number; height: number }> {
  const grey = sharp(picture).flatten({ background: '#fff' }).toColourspace('b-w').raw({ depth: 'uchar' });
  const { data, info } = await grey.toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function similarity(
  a: Buffer,
  b: Buffer,
  stride: number,
  left: number,
  top: number,
  side: { x: number; y: number },
): number {
  const count = side.x * side.y;
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let y = top; y < top + side.y; y++) {
    for (let x = left; x < left + side.x; x++) {
      const [p, q] = [a[y * stride + x] ?? 0, b[y * stride + x] ?? 0];
      sumA += p;
      sumB += q;
      squaresA += p * p;
      squaresB += q * q;
      products += p * q;
    }
  }
  const [meanA, meanB] = [sumA / count, sumB / count];
  const variances = squaresA / count - meanA ** 2 + (squaresB / count - meanB ** 2);
  const covariance = products / count - meanA * meanB;
  return (
    ((2 * meanA * meanB + steadyMean) * (2 * covariance + steadyVariance)) /
    ((meanA ** 2 + meanB ** 2 + steadyMean) * (variances + steadyVariance))
  );
}
