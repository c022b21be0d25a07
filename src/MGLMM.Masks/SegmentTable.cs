using System.Buffers;

namespace MGLMM.Masks;

/// <summary>
/// The stretches of a mask with random access by column: those of column x are <c>ColumnFirst[x] .. ColumnFirst[x+1]-1</c>.
/// The arrays are pooled and longer than what they hold; dispose the table to give them back.
/// </summary>
internal readonly struct SegmentTable : IDisposable
{
    public SegmentTable(Mask mask)
    {
        // A run adds one stretch, and one more for each column boundary that it crosses; no boundary is crossed twice.
        int capacity = (mask.Counts.Length / 2) + mask.Width;
        Width = mask.Width;
        Height = mask.Height;
        Tops = ArrayPool<int>.Shared.Rent(capacity);
        Bottoms = ArrayPool<int>.Shared.Rent(capacity);
        ColumnFirst = ArrayPool<int>.Shared.Rent(mask.Width + 1);

        int count = 0;
        int column = 0;
        SegmentEnumerator segments = mask.Segments();
        while (segments.MoveNext())
        {
            while (column <= segments.X)
            {
                ColumnFirst[column++] = count;
            }

            Tops[count] = segments.Top;
            Bottoms[count++] = segments.Bottom;
        }

        while (column <= mask.Width)
        {
            ColumnFirst[column++] = count;
        }

        Count = count;
    }

    public int Width { get; }

    public int Height { get; }

    public int Count { get; }

    public int[] Tops { get; }

    public int[] Bottoms { get; }

    public int[] ColumnFirst { get; }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(Tops);
        ArrayPool<int>.Shared.Return(Bottoms);
        ArrayPool<int>.Shared.Return(ColumnFirst);
    }
}
