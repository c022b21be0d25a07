using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MGLMM.Imaging;

/// <summary>
/// Pillow's <c>Image.resize</c> for 8-bit RGB, bit for bit (Pillow 9.4 <c>src/libImaging/Resample.c</c>): antialiased, horizontal
/// pass first, 22-bit fixed-point weights, rounding to bytes between the passes. Thread-safe.
/// </summary>
public static class PillowResize
{
    private const int Channels = RgbImage.Channels;

    /// <summary>Resizes a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">Columns of the result; at least 1.</param>
    /// <param name="height">Rows of the result; at least 1.</param>
    /// <param name="filter">The filter.</param>
    public static RgbImage Resize(RgbImage image, int width, int height, ResampleFilter filter)
        => ResizeAndCrop(image, width, height, filter, 0, 0, width, height);

    /// <summary>
    /// The part of a resized picture, computed without the rest: what <see cref="Resize"/> and <see cref="RgbImage.Crop"/> would give.
    /// Memory and time depend on the part only, so that extreme aspect ratios are harmless.
    /// </summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">Columns of the whole resized picture; at least 1.</param>
    /// <param name="height">Rows of the whole resized picture; at least 1.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="cropLeft">First wanted column.</param>
    /// <param name="cropTop">First wanted row.</param>
    /// <param name="cropWidth">Wanted columns; at least 1.</param>
    /// <param name="cropHeight">Wanted rows; at least 1.</param>
    public static RgbImage ResizeAndCrop(
        RgbImage image, int width, int height, ResampleFilter filter, int cropLeft, int cropTop, int cropWidth, int cropHeight)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(cropLeft);
        ArgumentOutOfRangeException.ThrowIfNegative(cropTop);
        ArgumentOutOfRangeException.ThrowIfLessThan(cropWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cropHeight, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cropWidth, width - cropLeft);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cropHeight, height - cropTop);

        // A pass over an axis that keeps its size is skipped, as in Pillow.
        bool horizontal = width != image.Width;
        bool vertical = height != image.Height;
        if (!horizontal && !vertical)
        {
            return cropWidth == width && cropHeight == height ? image : image.Crop(cropLeft, cropTop, cropWidth, cropHeight);
        }

        ResampleWeights? rows = vertical ? ResampleWeights.Create(image.Height, height, cropTop, cropHeight, filter) : null;
        int firstRow = rows?.Start ?? cropTop;
        int rowCount = (rows?.End ?? cropTop + cropHeight) - firstRow;

        RgbImage result = RgbImage.Allocate(cropWidth, cropHeight, out Span<byte> target);
        if (!horizontal)
        {
            int stride = image.Width * Channels;
            PassVertical(image.PaddedPixels[((firstRow * stride) + (cropLeft * Channels))..], stride, rows!, firstRow, target, cropWidth * Channels);
            return result;
        }

        ResampleWeights columns = ResampleWeights.Create(image.Width, width, cropLeft, cropWidth, filter);
        ReadOnlySpan<byte> source = image.PaddedPixels[(firstRow * image.Width * Channels)..];
        if (!vertical)
        {
            PassHorizontal(source, image.Width * Channels, rowCount, columns, target, cropWidth * Channels);
            return result;
        }

        byte[] between = ArrayPool<byte>.Shared.Rent(checked((rowCount * cropWidth * Channels) + RgbImage.Padding));
        try
        {
            PassHorizontal(source, image.Width * Channels, rowCount, columns, between, cropWidth * Channels);
            PassVertical(between, cropWidth * Channels, rows!, firstRow, target, cropWidth * Channels);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(between);
        }

        return result;
    }

    /// <summary>Source and target reach beyond their last pixel by <see cref="RgbImage.Padding"/> bytes at least.</summary>
    private static void PassHorizontal(
        ReadOnlySpan<byte> source, int sourceStride, int rowCount, ResampleWeights columns, Span<byte> target, int targetStride)
    {
        // Two taps at once: their pixels are spread to int lanes r g b - r g b -, and each tap's weight stands in its four lanes.
        // An odd tap count is filled up with a weight of zero, whose pixel may lie in the next row or the padding.
        int length = columns.Length;
        int[] pairStarts = new int[length + 1];
        for (int x = 0; x < length; x++)
        {
            pairStarts[x + 1] = pairStarts[x] + ((columns.Weights(x).Length + 1) / 2);
        }

        Vector256<int>[] pairs = ArrayPool<Vector256<int>>.Shared.Rent(pairStarts[length]);
        for (int x = 0; x < length; x++)
        {
            ReadOnlySpan<int> weights = columns.Weights(x);
            for (int tap = 0; tap < weights.Length; tap += 2)
            {
                pairs[pairStarts[x] + (tap / 2)] = Vector256.Create(
                    Vector128.Create(weights[tap]),
                    Vector128.Create(tap + 1 < weights.Length ? weights[tap + 1] : 0));
            }
        }

        Vector128<byte> spread = Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 255, 255, 255, 255, 255, 255, 255, 255);
        Vector128<byte> pack = Vector128.Create((byte)0, 4, 8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255);
        Vector128<int> half = Vector128.Create(1 << (ResampleWeights.PrecisionBits - 1));
        Vector128<int> maximum = Vector128.Create(255);
        ref byte sourceStart = ref MemoryMarshal.GetReference(source);
        for (int y = 0; y < rowCount; y++)
        {
            ref byte row = ref Unsafe.Add(ref sourceStart, y * sourceStride);
            ref byte write = ref target[y * targetStride];
            for (int x = 0; x < length; x++)
            {
                ref byte read = ref Unsafe.Add(ref row, columns.First(x) * Channels);
                Vector256<int> sum = Vector256<int>.Zero;
                for (int pair = pairStarts[x]; pair < pairStarts[x + 1]; pair++)
                {
                    // Eight bytes from a pixel's start: at most 5 beyond the last pixel, which is inside the padding.
                    Vector128<byte> bytes = Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref read)).AsByte();
                    sum += Widen(Vector128.Shuffle(bytes, spread)) * pairs[pair];
                    read = ref Unsafe.Add(ref read, 2 * Channels);
                }

                Vector128<int> value = (half + sum.GetLower() + sum.GetUpper()) >> ResampleWeights.PrecisionBits;
                value = Vector128.Min(Vector128.Max(value, Vector128<int>.Zero), maximum);

                // Four bytes, the last of which the next pixel overwrites (or the padding takes).
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref write, x * Channels), Vector128.Shuffle(value.AsByte(), pack).AsUInt32().ToScalar());
            }
        }

        ArrayPool<Vector256<int>>.Shared.Return(pairs);
    }

    private static void PassVertical(
        ReadOnlySpan<byte> source, int sourceStride, ResampleWeights rows, int firstRow, Span<byte> target, int rowBytes)
    {
        Vector256<int> half = Vector256.Create(1 << (ResampleWeights.PrecisionBits - 1));
        Vector256<int> maximum = Vector256.Create(255);
        ref byte sourceStart = ref MemoryMarshal.GetReference(source);
        for (int y = 0; y < rows.Length; y++)
        {
            ReadOnlySpan<int> weights = rows.Weights(y);
            ref byte column = ref Unsafe.Add(ref sourceStart, (rows.First(y) - firstRow) * sourceStride);
            ref byte write = ref target[y * rowBytes];
            int x = 0;
            for (; x <= rowBytes - 16; x += 16)
            {
                Vector256<int> low = half;
                Vector256<int> high = half;
                ref byte read = ref Unsafe.Add(ref column, x);
                foreach (int weight in weights)
                {
                    Vector256<int> factor = Vector256.Create(weight);
                    low += Widen(Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref read)).AsByte()) * factor;
                    high += Widen(Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref read, 8))).AsByte()) * factor;
                    read = ref Unsafe.Add(ref read, sourceStride);
                }

                low = Vector256.Min(Vector256.Max(low >> ResampleWeights.PrecisionBits, Vector256<int>.Zero), maximum);
                high = Vector256.Min(Vector256.Max(high >> ResampleWeights.PrecisionBits, Vector256<int>.Zero), maximum);
                Vector256<ushort> words = Vector256.Narrow(low.AsUInt32(), high.AsUInt32());
                Vector128.Narrow(words.GetLower(), words.GetUpper()).StoreUnsafe(ref Unsafe.Add(ref write, x));
            }

            for (; x < rowBytes; x++)
            {
                int sum = 1 << (ResampleWeights.PrecisionBits - 1);
                ref byte read = ref Unsafe.Add(ref column, x);
                foreach (int weight in weights)
                {
                    sum += read * weight;
                    read = ref Unsafe.Add(ref read, sourceStride);
                }

                Unsafe.Add(ref write, x) = (byte)Math.Clamp(sum >> ResampleWeights.PrecisionBits, 0, 255);
            }
        }
    }

    /// <summary>The lower eight bytes as ints.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Widen(Vector128<byte> bytes)
    {
        Vector128<ushort> words = Vector128.WidenLower(bytes);
        return Vector256.WidenLower(words.ToVector256Unsafe()).AsInt32();
    }
}
