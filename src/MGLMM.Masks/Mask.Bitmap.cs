using System.Numerics;
using System.Runtime.InteropServices;

namespace MGLMM.Masks;

public sealed partial class Mask
{
    /// <summary>Writes one value per pixel, row by row.</summary>
    /// <param name="rowMajor">Exactly width times height values; every one is overwritten.</param>
    /// <exception cref="ArgumentException">The buffer has another length.</exception>
    public void CopyTo(Span<bool> rowMajor) => CopyTo(MemoryMarshal.AsBytes(rowMajor));

    /// <summary>Writes one byte per pixel, row by row: <paramref name="inside"/> or 0.</summary>
    /// <param name="rowMajor">Exactly width times height bytes; every one is overwritten.</param>
    /// <param name="inside">What an inside pixel becomes, for example 1 or 255.</param>
    /// <exception cref="ArgumentException">The buffer has another length.</exception>
    public void CopyTo(Span<byte> rowMajor, byte inside = 1)
    {
        MaskSize.CheckBuffer(rowMajor.Length, Width, Height, nameof(rowMajor));

        // Only the ends of stretches are written to their (far apart) places; each row is then the row above with those ends
        // flipped, which runs along memory.
        rowMajor.Clear();
        SegmentEnumerator segments = Segments();
        while (segments.MoveNext())
        {
            rowMajor[(segments.Top * Width) + segments.X] ^= inside;
            if (segments.Bottom < Height)
            {
                rowMajor[(segments.Bottom * Width) + segments.X] ^= inside;
            }
        }

        for (int y = 1; y < Height; y++)
        {
            ReadOnlySpan<byte> above = rowMajor.Slice((y - 1) * Width, Width);
            Span<byte> row = rowMajor.Slice(y * Width, Width);
            int x = 0;
            for (; x <= Width - Vector<byte>.Count; x += Vector<byte>.Count)
            {
                (new Vector<byte>(row[x..]) ^ new Vector<byte>(above[x..])).CopyTo(row[x..]);
            }

            for (; x < Width; x++)
            {
                row[x] ^= above[x];
            }
        }
    }

    /// <summary>One value per pixel, row by row, in a new array.</summary>
    public bool[] ToBitmap()
    {
        bool[] bitmap = new bool[Width * Height];
        CopyTo(bitmap);
        return bitmap;
    }
}
