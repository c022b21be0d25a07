namespace MGLMM.Evaluation.Drawing;

/// <summary>Takes polygons of numbered shapes.</summary>
internal interface IDrawingSurface
{
    /// <summary>Width and darkness of outlines; null draws none.</summary>
    public (double Width, double Dark)? Outline { get; }

    /// <summary>The number of a shape: equal ones have one.</summary>
    public int NumberOf(Shape shape);

    /// <summary>Fills a polygon, in scene units.</summary>
    public void Fill(int number, ReadOnlySpan<(double X, double Y)> points);

    /// <summary>Draws the line round a polygon.</summary>
    public void Stroke(int number, ReadOnlySpan<(double X, double Y)> points, double width);
}

/// <summary>What a pixel shows: of which thing which part, in which paint, with which pattern.</summary>
internal sealed record Shape(int Thing, string Part, (double Red, double Green, double Blue) Paint, Effects Effects);

/// <summary>What changes a paint from pixel to pixel, and how strongly.</summary>
internal sealed record Effects(string? Pattern = null, double PatternStrength = 0, double Gradient = 0, double Noise = 0)
{
    public static Effects None { get; } = new();
}

/// <summary>Where a thing stands: its base, its height, and how it is turned.</summary>
internal readonly record struct ThingPlace(double X, double Y, double Size, bool Flipped = false, double Angle = 0, double Squeeze = 1);

/// <summary>Takes down the points of what is drawn.</summary>
internal sealed class DrawingTape : IDrawingSurface
{
    public (double Width, double Dark)? Outline => null;

    public List<(double X, double Y)> Points { get; } = [];

    public int NumberOf(Shape shape) => 0;

    public void Fill(int number, ReadOnlySpan<(double X, double Y)> points) => Points.AddRange(points);

    public void Stroke(int number, ReadOnlySpan<(double X, double Y)> points, double width) => throw new NotSupportedException();
}
