using System.Buffers;

namespace MGLMM.Masks;

/// <summary>
/// Finds the outlines of a mask from its stretches alone. A sweep over the vertical grid lines, from left to right, meets every
/// corner of the outline once: where a stretch of the column on one side ends and the column on the other side does not have the
/// same end. Each corner is linked to the next along the outline, with the inside on the right hand as seen on the screen; following
/// the links then gives the rings.
/// </summary>
/// <remarks>
/// Where two inside pixels share only a corner, two corners of the outline lie on that point, one for each pixel, so that
/// pieces connected over sides only are kept apart.
/// </remarks>
internal sealed class OutlineTracer
{
    private const int None = -1;

    // Per corner: where it is, which corner follows, and a stretch of the piece that it belongs to.
    private int[] _x = new int[64];
    private int[] _y = new int[64];
    private int[] _next = new int[64];
    private int[] _stretch = new int[64];
    private int _corners;

    // Per stretch: the corner from which its upper (lower) edge comes over from the left, until that edge meets its other end.
    private int[] _upper = [];
    private int[] _lower = [];

    public static IReadOnlyList<MaskPolygon> Trace(Mask mask, double tolerance)
    {
        using SegmentTable table = new(mask);
        using SegmentLabels labels = new(table, Connectivity.Four);
        OutlineTracer tracer = new()
        {
            _upper = ArrayPool<int>.Shared.Rent(table.Count),
            _lower = ArrayPool<int>.Shared.Rent(table.Count),
        };
        for (int x = 0; x <= table.Width; x++)
        {
            tracer.Sweep(table, x);
        }

        ArrayPool<int>.Shared.Return(tracer._upper);
        ArrayPool<int>.Shared.Return(tracer._lower);
        return tracer.Collect(table, labels, tolerance);
    }

    /// <summary>Places the corners on the grid line between the columns x - 1 and x.</summary>
    private void Sweep(in SegmentTable table, int x)
    {
        int left = x > 0 ? table.ColumnFirst[x - 1] : 0;
        int leftEnd = table.ColumnFirst[x];
        int right = leftEnd;
        int rightEnd = x < table.Width ? table.ColumnFirst[x + 1] : right;
        bool inLeft = false;
        bool inRight = false;

        // The corner at the upper end of the vertical edge that is being passed.
        int above = None;
        while (left < leftEnd || right < rightEnd)
        {
            int yLeft = left == leftEnd ? int.MaxValue : inLeft ? table.Bottoms[left] : table.Tops[left];
            int yRight = right == rightEnd ? int.MaxValue : inRight ? table.Bottoms[right] : table.Tops[right];
            int y = Math.Min(yLeft, yRight);
            bool endsLeft = yLeft == y;
            bool endsRight = yRight == y;
            if (endsLeft && endsRight && inLeft == inRight)
            {
                // The edge runs straight through.
                int[] edges = inLeft ? _lower : _upper;
                edges[right] = edges[left];
            }
            else if (endsLeft && endsRight)
            {
                // Two inside pixels meet at this point only. One corner goes around the pixel above, one around the one below.
                if (inRight)
                {
                    int upper = Corner(x, y, right);
                    LinkAbove(upper, above, inRight);
                    _lower[right] = upper;
                    int lower = Corner(x, y, left);
                    LinkLeft(lower, left, isUpper: true);
                    above = lower;
                }
                else
                {
                    int upper = Corner(x, y, left);
                    LinkAbove(upper, above, inRight);
                    LinkLeft(upper, left, isUpper: false);
                    int lower = Corner(x, y, right);
                    _upper[right] = lower;
                    above = lower;
                }
            }
            else
            {
                int corner = Corner(x, y, endsLeft ? left : right);
                if (endsLeft)
                {
                    LinkLeft(corner, left, isUpper: !inLeft);
                }
                else if (inRight)
                {
                    _lower[right] = corner;
                }
                else
                {
                    _upper[right] = corner;
                }

                // A vertical edge ends here exactly if one was being passed; otherwise one begins.
                if (inLeft != inRight)
                {
                    LinkAbove(corner, above, inRight);
                    above = None;
                }
                else
                {
                    above = corner;
                }
            }

            if (endsLeft)
            {
                left += inLeft ? 1 : 0;
                inLeft = !inLeft;
            }

            if (endsRight)
            {
                right += inRight ? 1 : 0;
                inRight = !inRight;
            }
        }
    }

    private int Corner(int x, int y, int stretch)
    {
        if (_corners == _x.Length)
        {
            int size = _corners * 2;
            Array.Resize(ref _x, size);
            Array.Resize(ref _y, size);
            Array.Resize(ref _next, size);
            Array.Resize(ref _stretch, size);
        }

        _x[_corners] = x;
        _y[_corners] = y;
        _next[_corners] = None;
        _stretch[_corners] = stretch;
        return _corners++;
    }

    /// <summary>Closes a vertical edge: with the inside on its right it runs upwards, with the inside on its left downwards.</summary>
    private void LinkAbove(int corner, int above, bool insideIsRight)
    {
        if (insideIsRight)
        {
            _next[corner] = above;
        }
        else
        {
            _next[above] = corner;
        }
    }

    /// <summary>Closes a horizontal edge at its right end: upper edges run to the right, lower ones to the left.</summary>
    private void LinkLeft(int corner, int stretch, bool isUpper)
    {
        if (isUpper)
        {
            _next[_upper[stretch]] = corner;
        }
        else
        {
            _next[corner] = _lower[stretch];
        }
    }

    private MaskPolygon[] Collect(in SegmentTable table, in SegmentLabels labels, double tolerance)
    {
        Piece[] pieces = new Piece[labels.Count];
        for (int i = 0; i < table.Count; i++)
        {
            Piece piece = pieces[labels.Of[i]] ??= new Piece(labels.Of[i]);
            piece.Area += table.Bottoms[i] - table.Tops[i];
        }

        List<MaskPoint> ring = new();
        for (int start = 0; start < _corners; start++)
        {
            if (_next[start] == None)
            {
                continue;
            }

            ring.Clear();
            long doubleArea = 0;
            int corner = start;
            while (_next[corner] != None)
            {
                int next = _next[corner];
                ring.Add(new MaskPoint(_x[corner], _y[corner]));
                doubleArea += ((long)_x[corner] * _y[next]) - ((long)_x[next] * _y[corner]);

                // A corner without a successor has been visited.
                _next[corner] = None;
                corner = next;
            }

            MaskPoint[] points = RingSimplifier.Simplify(ring, tolerance);
            Piece owner = pieces[labels.Of[_stretch[start]]];
            if (doubleArea > 0)
            {
                owner.Outer = points;
            }
            else
            {
                owner.Holes.Add(points);
            }
        }

        Array.Sort(pieces);
        MaskPolygon[] polygons = new MaskPolygon[pieces.Length];
        for (int i = 0; i < polygons.Length; i++)
        {
            polygons[i] = new MaskPolygon(pieces[i].Outer, pieces[i].Holes);
        }

        return polygons;
    }

    /// <summary>One connected piece while its rings are found; orders by area, largest first, then by first pixel.</summary>
    private sealed class Piece(int number) : IComparable<Piece>
    {
        public long Area { get; set; }

        public MaskPoint[] Outer { get; set; } = [];

        public List<IReadOnlyList<MaskPoint>> Holes { get; } = [];

        private int Number { get; } = number;

        public int CompareTo(Piece? other)
        {
            int byArea = other!.Area.CompareTo(Area);
            return byArea != 0 ? byArea : Number.CompareTo(other.Number);
        }
    }
}
