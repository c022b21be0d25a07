using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>
/// A region as one closed walk over pixels (<see cref="PixelRing"/>), for formats whose region is one ring. Holes are reached over a bridge that
/// runs inside the region and goes back the same way: by the even-odd rule they stay holes, and the bridge covers nothing that is not inside.
/// </summary>
/// <remarks>
/// Pieces that do not touch are reached over the shortest straight bridges. These lie outside the region, and a program that draws outlines draws
/// them; no ring can be without. Where they would cover more than a tenth of the region, the pieces are left apart, each a walk of its own: nothing
/// is wrong then but that they look like several regions.
/// </remarks>
internal sealed class RegionRings
{
    private const int LeastAreaPerBridgePixel = 10;

    private readonly Mask _mask;
    private readonly List<PixelRing> _rings = [];
    private readonly List<List<Link>> _links = [];
    private readonly List<IReadOnlyList<PixelPosition>> _walks = [];
    private List<PixelPosition> _walk = [];

    private RegionRings(Mask mask) => _mask = mask;

    /// <summary>
    /// The corners of the walk, or of each piece's: three at least, and no two after each other alike unless there is only one pixel.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<PixelPosition>> Walks => _walks;

    /// <summary>Whether there are bridges: to holes, or between pieces.</summary>
    public bool IsJoined { get; private set; }

    /// <summary>Pixels outside the region that bridges between its pieces run over.</summary>
    public int BridgePixels { get; private set; }

    /// <summary>Makes them.</summary>
    /// <param name="mask">Not empty.</param>
    /// <param name="cancellationToken">Observed on the way.</param>
    public static RegionRings Of(Mask mask, CancellationToken cancellationToken)
    {
        RegionRings rings = new(mask);
        IReadOnlyList<MaskPolygon> polygons = mask.ToPolygons();
        List<int> pieces = new();
        bool holes = false;
        for (int piece = 0; piece < polygons.Count; piece++)
        {
            foreach (IReadOnlyList<MaskPoint>? outline in polygons[piece].Holes.Prepend(polygons[piece].Outer))
            {
                rings._rings.Add(PixelRing.Of(outline));
                rings._links.Add([]);
                pieces.Add(piece);
            }

            holes |= polygons[piece].Holes.Count > 0;
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (holes)
        {
            rings.LinkHoles(polygons, cancellationToken);
        }

        if (polygons.Count > 1)
        {
            rings.LinkPieces(PieceBridges.Between(rings._rings, pieces, polygons.Count, mask.Box, cancellationToken));
        }

        rings.IsJoined = rings._links.Exists(links => links.Count > 0);
        rings.WalkAll(cancellationToken);
        return rings;
    }

    private void LinkPieces(IReadOnlyList<(RingPlace From, RingPlace To)> bridges)
    {
        HashSet<PixelPosition> covered = new();
        foreach ((RingPlace from, RingPlace to) in bridges)
        {
            Cover(_mask, from.At, to.At, covered);
        }

        bool areWorthIt = (long)covered.Count * LeastAreaPerBridgePixel <= _mask.Area;
        BridgePixels = areWorthIt ? covered.Count : 0;
        foreach ((RingPlace from, RingPlace to) in bridges)
        {
            // Pieces that touch at a corner need no pixel between them.
            if (areWorthIt || Math.Max(Math.Abs(from.At.X - to.At.X), Math.Abs(from.At.Y - to.At.Y)) <= 1)
            {
                Connect(from, to);
            }
        }
    }

    /// <summary>
    /// Links every hole to the outline on its left: from the leftmost pixel of the ring around it, along the row, to the last pixel before the next
    /// background. That is another hole further left, or the outer outline, so that all of them hang together at the end.
    /// </summary>
    private void LinkHoles(IReadOnlyList<MaskPolygon> polygons, CancellationToken cancellationToken)
    {
        Dictionary<int, List<(int Top, int Ring, int Line)>> leftEdges = LeftEdges(polygons);
        int ring = 0;
        foreach (MaskPolygon polygon in polygons)
        {
            ring++;
            for (int hole = 0; hole < polygon.Holes.Count; hole++, ring++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int corner = Leftmost(_rings[ring]);
                PixelPosition from = _rings[ring][corner];
                int x = from.X;
                while (_mask.Contains(x - 1, from.Y))
                {
                    x--;
                }

                List<(int Top, int Ring, int Line)> edges = leftEdges[x];
                (int low, int high) = (0, edges.Count - 1);
                while (low < high)
                {
                    int middle = (low + high + 1) / 2;
                    (low, high) = edges[middle].Top <= from.Y ? (middle, high) : (low, middle - 1);
                }

                Connect(new RingPlace(ring, corner, from), new RingPlace(edges[low].Ring, edges[low].Line, new PixelPosition(x, from.Y)));
            }
        }
    }

    /// <summary>By column: the edges with the region on their right, from the top down. A ring's line has the number of its outline's edge.</summary>
    private static Dictionary<int, List<(int Top, int Ring, int Line)>> LeftEdges(IReadOnlyList<MaskPolygon> polygons)
    {
        Dictionary<int, List<(int Top, int Ring, int Line)>> columns = new();
        int ring = 0;
        foreach (IReadOnlyList<MaskPoint>? outline in polygons.SelectMany(polygon => polygon.Holes.Prepend(polygon.Outer)))
        {
            for (int line = 0; line < outline.Count; line++)
            {
                (MaskPoint from, MaskPoint to) = (outline[line], outline[(line + 1) % outline.Count]);
                if (to.Y < from.Y)
                {
                    int column = (int)from.X;
                    (columns.TryGetValue(column, out List<(int Top, int Ring, int Line)>? edges) ? edges : columns[column] = []).Add(((int)to.Y, ring, line));
                }
            }

            ring++;
        }

        foreach (List<(int Top, int Ring, int Line)> edges in columns.Values)
        {
            edges.Sort();
        }

        return columns;
    }

    private static int Leftmost(PixelRing ring)
    {
        int best = 0;
        for (int corner = 1; corner < ring.Count; corner++)
        {
            best = ring[corner].X < ring[best].X ? corner : best;
        }

        return best;
    }

    private void Connect(RingPlace one, RingPlace other)
    {
        _links[one.Ring].Add(new Link(one, other, Along(one)));
        _links[other.Ring].Add(new Link(other, one, Along(other)));
    }

    /// <summary>How far a place lies from the beginning of its line.</summary>
    private int Along(RingPlace place)
    {
        PixelPosition corner = _rings[place.Ring][place.Line];
        return Math.Abs(place.At.X - corner.X) + Math.Abs(place.At.Y - corner.Y);
    }

    private void WalkAll(CancellationToken cancellationToken)
    {
        foreach (List<Link> links in _links)
        {
            links.Sort();
        }

        // The first ring of a piece is its outline, so every walk begins at one.
        bool[] visited = new bool[_rings.Count];
        for (int ring = 0; ring < visited.Length; ring++)
        {
            if (!visited[ring])
            {
                Walk(ring, visited, cancellationToken);
            }
        }
    }

    /// <summary>Goes round a ring and, wherever another hangs on it, over the bridge, round that one, and back.</summary>
    private void Walk(int first, bool[] visited, CancellationToken cancellationToken)
    {
        _walk = [];
        Visit(_rings[first][0]);
        visited[first] = true;
        Stack<Tour> open = new();
        open.Push(new Tour(_rings[first].Count, _links[first], new RingPlace(first, 0, _rings[first][0]), along: 0, cameFrom: null));
        while (open.TryPeek(out Tour? tour))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!tour.Next(out int corner, out Link? link))
            {
                // Back at the place where it came in, and over the bridge again.
                open.Pop();
                Visit(tour.Entry.At);
                if (tour.CameFrom is { } back)
                {
                    Visit(back.At);
                }
            }
            else if (link is null)
            {
                Visit(_rings[tour.Entry.Ring][corner]);
            }
            else
            {
                Visit(link.Here.At);
                Visit(link.There.At);
                visited[link.There.Ring] = true;
                open.Push(new Tour(_rings[link.There.Ring].Count, _links[link.There.Ring], link.There, Along(link.There), link.Here));
            }
        }

        if (_walk.Count > 1 && _walk[^1] == _walk[0])
        {
            _walk.RemoveAt(_walk.Count - 1);
        }

        // One pixel, or a line of them: what reads polygons wants three points.
        while (_walk.Count < 3)
        {
            _walk.Add(_walk[^1]);
        }

        _walks.Add(_walk);
    }

    private void Visit(PixelPosition at)
    {
        if (_walk.Count == 0 || _walk[^1] != at)
        {
            _walk.Add(at);
        }
    }

    /// <summary>Adds the pixels outside the region that a line runs over.</summary>
    private static void Cover(Mask mask, PixelPosition from, PixelPosition to, HashSet<PixelPosition> covered)
    {
        (from, to) = from.X <= to.X ? (from, to) : (to, from);
        int steps = Math.Max(to.X - from.X, Math.Abs(to.Y - from.Y));
        for (int step = 1; step < steps; step++)
        {
            PixelPosition at = new(from.X + Part(to.X - from.X, step), from.Y + Part(to.Y - from.Y, step));
            if (!mask.Contains(at.X, at.Y))
            {
                covered.Add(at);
            }
        }

        // Halfway between two pixels, a line takes the one that it comes from.
        int Part(int length, int step) => Math.Sign(length) * (int)Math.Ceiling((Math.Abs(length) * (double)step / steps) - 0.5);
    }

    /// <summary>A bridge, seen from one of its ends.</summary>
    private sealed record Link(RingPlace Here, RingPlace There, int Along) : IComparable<Link>
    {
        public int CompareTo(Link? other) =>
            Here.Line != other!.Here.Line ? Here.Line.CompareTo(other.Here.Line) : Along.CompareTo(other.Along);
    }

    /// <summary>The way round one ring: its corners and the bridges that leave it, from where it was entered.</summary>
    private sealed class Tour
    {
        private readonly int _count;
        private readonly List<Link> _links;
        private readonly int _firstLink;
        private int _line;
        private int _linksDone;

        public Tour(int count, List<Link> links, RingPlace entry, int along, RingPlace? cameFrom)
        {
            (_count, _links, Entry, CameFrom) = (count, links, entry, cameFrom);
            while (_firstLink < links.Count
                && (links[_firstLink].Here.Line < entry.Line || (links[_firstLink].Here.Line == entry.Line && links[_firstLink].Along < along)))
            {
                _firstLink++;
            }
        }

        public RingPlace Entry { get; }

        public RingPlace? CameFrom { get; }

        /// <summary>The next corner, or the next bridge; false at the end.</summary>
        public bool Next(out int corner, out Link? link)
        {
            while (_linksDone < _links.Count)
            {
                int index = _firstLink + _linksDone;
                Link next = _links[index % _links.Count];

                // On the line where the ring was entered, what lies before that place comes at the very end.
                if (next.Here.Line != (Entry.Line + _line) % _count || (_line == 0 && index >= _links.Count))
                {
                    break;
                }

                _linksDone++;
                if (next.There != CameFrom)
                {
                    (corner, link) = (0, next);
                    return true;
                }
            }

            (corner, link) = ((Entry.Line + ++_line) % _count, null);
            return _line <= _count;
        }
    }
}
