using System.Buffers;

namespace MGLMM.Masks;

/// <summary>
/// The connected component of every stretch of a <see cref="SegmentTable"/>, numbered from 0 in the order in which the
/// components first appear (leftmost column, then topmost row). Pooled; dispose to give the array back.
/// </summary>
internal readonly struct SegmentLabels : IDisposable
{
    public SegmentLabels(in SegmentTable table, Connectivity connectivity)
    {
        int[] parents = ArrayPool<int>.Shared.Rent(Math.Max(table.Count, 1));
        for (int i = 0; i < table.Count; i++)
        {
            parents[i] = i;
        }

        // Under eight neighbours, stretches whose ends only meet at a corner belong together.
        int reach = connectivity == Connectivity.Eight ? 1 : 0;
        for (int x = 1; x < table.Width; x++)
        {
            int left = table.ColumnFirst[x - 1];
            int leftEnd = table.ColumnFirst[x];
            int right = leftEnd;
            int rightEnd = table.ColumnFirst[x + 1];
            while (left < leftEnd && right < rightEnd)
            {
                if (table.Tops[left] < table.Bottoms[right] + reach && table.Tops[right] < table.Bottoms[left] + reach)
                {
                    Join(parents, left, right);
                }

                // The stretch that ends first can meet nothing further down; with equal ends and corners allowed neither can
                // meet the other's successor, because stretches of one column are at least one pixel apart.
                if (table.Bottoms[left] < table.Bottoms[right])
                {
                    left++;
                }
                else
                {
                    right++;
                }
            }
        }

        // Roots are the smallest index of their set, so a root always comes before its members.
        int count = 0;
        for (int i = 0; i < table.Count; i++)
        {
            parents[i] = parents[i] == i ? ~count++ : parents[i];
        }

        for (int i = 0; i < table.Count; i++)
        {
            int parent = parents[i];
            parents[i] = parent < 0 ? ~parent : parents[parent];
        }

        Of = parents;
        Count = count;
    }

    /// <summary>The number of components.</summary>
    public int Count { get; }

    /// <summary>The component of each stretch.</summary>
    public int[] Of { get; }

    public void Dispose() => ArrayPool<int>.Shared.Return(Of);

    private static void Join(int[] parents, int a, int b)
    {
        a = Root(parents, a);
        b = Root(parents, b);
        if (a < b)
        {
            parents[b] = a;
        }
        else
        {
            parents[a] = b;
        }
    }

    private static int Root(int[] parents, int i)
    {
        while (parents[i] != i)
        {
            parents[i] = parents[parents[i]];
            i = parents[i];
        }

        return i;
    }
}
