namespace MGLMM.Evaluation.Drawing;

/// <summary>
/// A raster of shape numbers. A scene is drawn once, as numbers; the picture, the things and their parts are look-ups of that one map, so that picture and
/// truth cannot disagree, and what is hidden is hidden in both.
/// </summary>
internal sealed class DrawingCanvas : IDrawingSurface
{
    private readonly Dictionary<Shape, int> _numbers = [];
    private readonly List<Shape> _shapes = [];
    private readonly double _scale;

    /// <param name="width">Width of the scene, in its units.</param>
    /// <param name="height">Height.</param>
    /// <param name="longSide">Pixels of the longer side.</param>
    /// <param name="outline">Width and darkness of outlines; null draws none.</param>
    public DrawingCanvas(double width, double height, int longSide, (double Width, double Dark)? outline)
    {
        _scale = longSide / Math.Max(width, height);
        (Width, Height) = ((int)Math.Round(width * _scale), (int)Math.Round(height * _scale));
        Numbers = new int[Width * Height];
        Outline = outline;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Pixels a scene unit.</summary>
    public double Scale => _scale;

    /// <summary>The raster, by rows.</summary>
    public int[] Numbers { get; }

    public IReadOnlyList<Shape> Shapes => _shapes;

    public (double Width, double Dark)? Outline { get; }

    public int NumberOf(Shape shape)
    {
        if (!_numbers.TryGetValue(shape, out int number))
        {
            _numbers.Add(shape, number = _shapes.Count);
            _shapes.Add(shape);
        }

        return number;
    }

    /// <summary>Fills the pixels whose centres lie inside, by the even-odd rule.</summary>
    public void Fill(int number, ReadOnlySpan<(double X, double Y)> points)
    {
        (double low, double high) = (double.MaxValue, double.MinValue);
        foreach ((double _, double y) in points)
        {
            (low, high) = (Math.Min(low, y * _scale), Math.Max(high, y * _scale));
        }

        (int first, int last) = (Math.Max(0, (int)Math.Ceiling(low - 0.5)), Math.Min(Height - 1, (int)Math.Floor(high - 0.5)));
        Span<double> crossings = points.Length <= 64 ? stackalloc double[64] : new double[points.Length];
        for (int row = first; row <= last; row++)
        {
            (double y, int count) = (row + 0.5, 0);
            for (int index = 0; index < points.Length; index++)
            {
                (double x0, double y0) = points[index];
                (double x1, double y1) = points[index + 1 == points.Length ? 0 : index + 1];
                (y0, y1) = (y0 * _scale, y1 * _scale);
                if ((y0 <= y) != (y1 <= y))
                {
                    crossings[count++] = (x0 + ((y - y0) / (y1 - y0) * (x1 - x0))) * _scale;
                }
            }

            crossings[..count].Sort();
            for (int index = 0; index + 1 < count; index += 2)
            {
                int start = Math.Max(0, (int)Math.Ceiling(crossings[index] - 0.5));
                int end = Math.Min(Width - 1, (int)Math.Ceiling(crossings[index + 1] - 0.5) - 1);
                if (end >= start)
                {
                    Numbers.AsSpan((row * Width) + start, end - start + 1).Fill(number);
                }
            }
        }
    }

    public void Stroke(int number, ReadOnlySpan<(double X, double Y)> points, double width)
    {
        double half = Math.Max(0.5 / _scale, width / 2);
        for (int index = 0; index < points.Length; index++)
        {
            (double x0, double y0) = points[index];
            (double x1, double y1) = points[index + 1 == points.Length ? 0 : index + 1];
            double length = Math.Sqrt(((x1 - x0) * (x1 - x0)) + ((y1 - y0) * (y1 - y0)));
            if (length > 0)
            {
                (double acrossX, double acrossY) = (-(y1 - y0) / length * half, (x1 - x0) / length * half);
                Fill(number, [(x0 + acrossX, y0 + acrossY), (x1 + acrossX, y1 + acrossY), (x1 - acrossX, y1 - acrossY), (x0 - acrossX, y0 - acrossY)]);
            }
        }
    }
}
