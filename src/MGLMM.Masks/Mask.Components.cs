using System.Buffers;

namespace MGLMM.Masks;

public sealed partial class Mask
{
    /// <summary>
    /// The connected pieces of the mask, largest area first; pieces of one area in the order of their first pixel, leftmost column
    /// first and then topmost row. Empty for an empty mask.
    /// </summary>
    /// <param name="connectivity">Whether pixels that only share a corner are connected (the default) or not.</param>
    public IReadOnlyList<Mask> ConnectedComponents(Connectivity connectivity = Connectivity.Eight)
    {
        CheckConnectivity(connectivity);
        if (IsEmpty)
        {
            return [];
        }

        using SegmentTable table = new(this);
        using SegmentLabels labels = new(table, connectivity);
        if (labels.Count == 1)
        {
            return [this];
        }

        // Stretches in the order of their components: counted, given a place each, filed.
        int[] places = ArrayPool<int>.Shared.Rent(labels.Count + 1);
        int[] filed = ArrayPool<int>.Shared.Rent(table.Count);
        int[] columns = ArrayPool<int>.Shared.Rent(table.Count);
        places.AsSpan(0, labels.Count + 1).Clear();
        for (int i = 0; i < table.Count; i++)
        {
            places[labels.Of[i] + 1]++;
        }

        for (int i = 0; i < labels.Count; i++)
        {
            places[i + 1] += places[i];
        }

        for (int x = 0; x < Width; x++)
        {
            for (int i = table.ColumnFirst[x]; i < table.ColumnFirst[x + 1]; i++)
            {
                columns[i] = x;
                filed[places[labels.Of[i]]++] = i;
            }
        }

        // Filing has moved each place to the next component's start.
        Mask[] components = new Mask[labels.Count];
        int next = 0;
        for (int component = 0; component < components.Length; component++)
        {
            int end = places[component];
            RunWriter writer = new(Width, Height, (2 * (end - next)) + 1);
            for (; next < end; next++)
            {
                int i = filed[next];
                int start = columns[i] * Height;
                writer.Add(start + table.Tops[i], start + table.Bottoms[i]);
            }

            components[component] = writer.Finish();
        }

        ArrayPool<int>.Shared.Return(places);
        ArrayPool<int>.Shared.Return(filed);
        ArrayPool<int>.Shared.Return(columns);

        // Components were numbered by their first pixel; the number settles equal areas, as the sort itself is not stable.
        (long NegativeArea, int Number)[] keys = new (long NegativeArea, int Number)[components.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = (-components[i].Area, i);
        }

        Array.Sort(keys, components);
        return components;
    }

    /// <summary>The largest connected piece (the first of <see cref="ConnectedComponents"/>); an empty mask for an empty one.</summary>
    /// <param name="connectivity">Whether pixels that only share a corner are connected (the default) or not.</param>
    public Mask LargestPart(Connectivity connectivity = Connectivity.Eight)
    {
        CheckConnectivity(connectivity);
        if (IsEmpty)
        {
            return this;
        }

        using SegmentTable table = new(this);
        using SegmentLabels labels = new(table, connectivity);
        if (labels.Count == 1)
        {
            return this;
        }

        long[] areas = ArrayPool<long>.Shared.Rent(labels.Count);
        areas.AsSpan(0, labels.Count).Clear();
        for (int i = 0; i < table.Count; i++)
        {
            areas[labels.Of[i]] += table.Bottoms[i] - table.Tops[i];
        }

        int largest = 0;
        for (int i = 1; i < labels.Count; i++)
        {
            largest = areas[i] > areas[largest] ? i : largest;
        }

        ArrayPool<long>.Shared.Return(areas);
        RunWriter writer = new(Width, Height, Math.Min(_counts.Length + 1, 4096));
        for (int x = 0; x < Width; x++)
        {
            for (int i = table.ColumnFirst[x]; i < table.ColumnFirst[x + 1]; i++)
            {
                if (labels.Of[i] == largest)
                {
                    writer.Add((x * Height) + table.Tops[i], (x * Height) + table.Bottoms[i]);
                }
            }
        }

        return writer.Finish();
    }

    /// <summary>
    /// All pixels of the holes: those not inside from which no path over such pixels leads to the edge of the image. For the holes
    /// one by one, take the <see cref="ConnectedComponents"/> of the result.
    /// </summary>
    /// <param name="connectivity">
    /// What connects the inside. With <see cref="Connectivity.Eight"/> (the default) a path of outside pixels cannot slip
    /// through between two inside pixels that share a corner; with <see cref="Connectivity.Four"/> it can.
    /// </param>
    public Mask Holes(Connectivity connectivity = Connectivity.Eight)
    {
        CheckConnectivity(connectivity);
        Mask outside = Complement();
        if (IsEmpty || outside.IsEmpty)
        {
            return Empty(Width, Height);
        }

        // Inside and outside need opposite connectivity, or a closed curve would not part the plane.
        using SegmentTable table = new(outside);
        using SegmentLabels labels = new(table, connectivity == Connectivity.Eight ? Connectivity.Four : Connectivity.Eight);
        bool[] open = ArrayPool<bool>.Shared.Rent(labels.Count);
        open.AsSpan(0, labels.Count).Clear();
        for (int x = 0; x < Width; x++)
        {
            for (int i = table.ColumnFirst[x]; i < table.ColumnFirst[x + 1]; i++)
            {
                if (x == 0 || x == Width - 1 || table.Tops[i] == 0 || table.Bottoms[i] == Height)
                {
                    open[labels.Of[i]] = true;
                }
            }
        }

        RunWriter writer = new(Width, Height, 64);
        for (int x = 0; x < Width; x++)
        {
            for (int i = table.ColumnFirst[x]; i < table.ColumnFirst[x + 1]; i++)
            {
                if (!open[labels.Of[i]])
                {
                    writer.Add((x * Height) + table.Tops[i], (x * Height) + table.Bottoms[i]);
                }
            }
        }

        ArrayPool<bool>.Shared.Return(open);
        return writer.Finish();
    }

    private static void CheckConnectivity(Connectivity connectivity)
    {
        if (connectivity is not (Connectivity.Four or Connectivity.Eight))
        {
            throw new ArgumentOutOfRangeException(nameof(connectivity), connectivity, "Connectivity is Four or Eight.");
        }
    }
}
