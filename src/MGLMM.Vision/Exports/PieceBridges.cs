using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>
/// Finds bridges that join the pieces of a region, nearly the shortest in all: rings grow outwards over the picture, step by step, from all pieces
/// at once; where two meet, a bridge between them is possible, and of those a shortest set that joins everything is kept (Kruskal).
/// </summary>
internal static class PieceBridges
{
    /// <summary>Cells of the grid that rings grow over, at most. Regions of larger boxes are looked at in coarser cells.</summary>
    private const int MostCells = 1 << 24;

    /// <summary>The bridges: one fewer than there are pieces.</summary>
    /// <param name="rings">All rings of the region.</param>
    /// <param name="pieces">By ring: the number of its piece.</param>
    /// <param name="count">The number of pieces.</param>
    /// <param name="box">What all rings lie in.</param>
    /// <param name="cancellationToken">Observed with every step.</param>
    public static IReadOnlyList<(RingPlace From, RingPlace To)> Between(
        IReadOnlyList<PixelRing> rings, IReadOnlyList<int> pieces, int count, PixelBox box, CancellationToken cancellationToken)
    {
        int size = 1;
        while ((long)Cells(box.Width, size) * Cells(box.Height, size) > MostCells)
        {
            size++;
        }

        (int width, int height) = (Cells(box.Width, size), Cells(box.Height, size));
        List<RingPlace> seeds = new();
        int[] owners = new int[width * height]; // the seed's number from 1; 0 for none
        List<int> frontier = new();
        Dictionary<(int, int), (int Length, int From, int To)> meetings = new();
        Sets joined = new(count);
        for (int ring = 0; ring < rings.Count; ring++)
        {
            for (int line = 0; line < rings[ring].Count; line++)
            {
                (PixelPosition from, PixelPosition to) = (rings[ring][line], rings[ring][line + 1]);
                (int stepX, int stepY) = (Math.Sign(to.X - from.X), Math.Sign(to.Y - from.Y));
                PixelPosition at = from;
                do
                {
                    int cell = (((at.Y - box.Top) / size) * width) + ((at.X - box.Left) / size);
                    seeds.Add(new RingPlace(ring, line, at));
                    if (owners[cell] == 0)
                    {
                        owners[cell] = seeds.Count;
                        frontier.Add(cell);
                    }
                    else if (!Meet(owners[cell], seeds.Count))
                    {
                        seeds.RemoveAt(seeds.Count - 1);
                    }

                    at = new PixelPosition(at.X + stepX, at.Y + stepY);
                }
                while (at != to && from != to);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        while (joined.Count > 1)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<int> next = new();
            foreach (int cell in frontier)
            {
                (int x, int y) = (cell % width, cell / width);
                for (int neighbourY = Math.Max(0, y - 1); neighbourY <= Math.Min(height - 1, y + 1); neighbourY++)
                {
                    for (int neighbourX = Math.Max(0, x - 1); neighbourX <= Math.Min(width - 1, x + 1); neighbourX++)
                    {
                        int neighbour = (neighbourY * width) + neighbourX;
                        if (owners[neighbour] == 0)
                        {
                            owners[neighbour] = owners[cell];
                            next.Add(neighbour);
                        }
                        else
                        {
                            Meet(owners[neighbour], owners[cell]);
                        }
                    }
                }
            }

            frontier = next;
        }

        List<(RingPlace From, RingPlace To)> bridges = new(count - 1);
        Sets kept = new(count);
        foreach ((int _, int from, int to) in meetings.OrderBy(meeting => meeting.Value.Length).ThenBy(meeting => meeting.Key).Select(meeting => meeting.Value))
        {
            if (kept.Join(pieces[seeds[from - 1].Ring], pieces[seeds[to - 1].Ring]))
            {
                bridges.Add((seeds[from - 1], seeds[to - 1]));
            }
        }

        return bridges;

        // Whether they are of two pieces.
        bool Meet(int from, int to)
        {
            (RingPlace first, RingPlace second) = (seeds[from - 1], seeds[to - 1]);
            (int one, int other) = (pieces[first.Ring], pieces[second.Ring]);
            if (one == other)
            {
                return false;
            }

            int length = Math.Max(Math.Abs(first.At.X - second.At.X), Math.Abs(first.At.Y - second.At.Y));
            (int, int) pair = one < other ? (one, other) : (other, one);
            if (!meetings.TryGetValue(pair, out (int Length, int From, int To) known) || length < known.Length)
            {
                meetings[pair] = (length, from, to);
                joined.Join(one, other);
            }

            return true;
        }
    }

    private static int Cells(int pixels, int size) => (pixels + size - 1) / size;

    /// <summary>Disjoint sets (Tarjan).</summary>
    private sealed class Sets(int count)
    {
        private readonly int[] _parents = [.. Enumerable.Range(0, count)];

        public int Count { get; private set; } = count;

        /// <summary>Whether they were apart.</summary>
        public bool Join(int one, int other)
        {
            (one, other) = (Root(one), Root(other));
            if (one == other)
            {
                return false;
            }

            _parents[one] = other;
            Count--;
            return true;
        }

        private int Root(int item)
        {
            while (_parents[item] != item)
            {
                _parents[item] = _parents[_parents[item]];
                item = _parents[item];
            }

            return item;
        }
    }
}
