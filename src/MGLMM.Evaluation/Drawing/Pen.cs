using static MGLMM.Evaluation.Drawing.DrawingTools;

namespace MGLMM.Evaluation.Drawing;

/// <summary>Draws one thing in its own frame: x to the right, y up from its base, one unit is its size.</summary>
internal sealed class Pen(IDrawingSurface surface, DrawingRandom random, int thing, ThingPlace place)
{
    private const int EllipsePoints = 22;
    private const int ArcSteps = 14;

    private readonly Dictionary<string, (double Red, double Green, double Blue)> _paints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Effects> _effects = new(StringComparer.Ordinal);
    private readonly (double Cos, double Sin) _turn = (Math.Cos(place.Angle), Math.Sin(place.Angle));

    public DrawingRandom Random => random;

    /// <summary>The colours of parts; null for those that have no name for theirs.</summary>
    public Dictionary<string, string?> Colours { get; } = new(StringComparer.Ordinal);

    /// <summary>Gives a part its colour, and patterns where it has some.</summary>
    public void Colour(string part, string name, (string Pattern, double Strength)[]? patterns = null)
    {
        Colours[part] = name;
        _paints[part] = Palette.Paint(name, random);
        _effects[part] = patterns is [(string pattern, double strength), ..] ? new Effects(pattern, strength) : Effects.None;
    }

    /// <summary>Gives a part a paint without a name.</summary>
    public void Tint(string part, (double Red, double Green, double Blue) paint)
    {
        Colours[part] = null;
        _paints[part] = paint;
        _effects[part] = Effects.None;
    }

    /// <summary>A filled polygon of a part; <paramref name="light"/> shades it, <paramref name="detail"/> leaves the outline away.</summary>
    public void Polygon(string part, ReadOnlySpan<(double X, double Y)> points, double light = 1, bool detail = false, (double Red, double Green, double Blue)? rgb = null)
    {
        (double Red, double Green, double Blue) paint = rgb ?? _paints[part];
        (double X, double Y)[] placed = new (double X, double Y)[points.Length];
        for (int index = 0; index < points.Length; index++)
        {
            double x = points[index].X * (place.Flipped ? -1 : 1) * place.Squeeze;
            double y = points[index].Y;
            placed[index] = (place.X + (place.Size * ((x * _turn.Cos) - (y * _turn.Sin))), place.Y - (place.Size * ((x * _turn.Sin) + (y * _turn.Cos))));
        }

        surface.Fill(surface.NumberOf(new Shape(thing, part, Palette.Shade(paint, light), _effects.GetValueOrDefault(part, Effects.None))), placed);
        if (surface.Outline is (var width, var dark) && !detail)
        {
            surface.Stroke(surface.NumberOf(new Shape(thing, part, Palette.Shade(paint, dark * light), Effects.None)), placed, width);
        }
    }

    public void Rectangle(string part, double x0, double y0, double x1, double y1, double light = 1, bool detail = false) =>
        Polygon(part, [(x0, y0), (x1, y0), (x1, y1), (x0, y1)], light, detail);

    public void Ellipse(string part, double x, double y, double radiusX, double? radiusY = null, double light = 1, bool detail = false, (double Red, double Green, double Blue)? rgb = null)
    {
        Span<(double X, double Y)> points = stackalloc (double X, double Y)[EllipsePoints];
        for (int index = 0; index < EllipsePoints; index++)
        {
            double angle = 2 * Math.PI * index / EllipsePoints;
            points[index] = (x + (radiusX * Math.Cos(angle)), y + ((radiusY ?? radiusX) * Math.Sin(angle)));
        }

        Polygon(part, points, light, detail, rgb);
    }

    /// <summary>A slice of an ellipse between two angles in degrees, closed by its chord.</summary>
    public void Arc(string part, double x, double y, double radiusX, double radiusY, double start, double end, bool detail = false)
    {
        Span<(double X, double Y)> points = stackalloc (double X, double Y)[ArcSteps + 1];
        for (int index = 0; index <= ArcSteps; index++)
        {
            double angle = Radians(start + ((end - start) * index / ArcSteps));
            points[index] = (x + (radiusX * Math.Cos(angle)), y + (radiusY * Math.Sin(angle)));
        }

        Polygon(part, points, detail: detail);
    }

    /// <summary>A band of a width along points.</summary>
    public void Line(string part, ReadOnlySpan<(double X, double Y)> points, double width, double light = 1, bool detail = false)
    {
        for (int index = 0; index + 1 < points.Length; index++)
        {
            ((double x0, double y0), (double x1, double y1)) = (points[index], points[index + 1]);
            double length = Math.Max(1e-6, Math.Sqrt(((x1 - x0) * (x1 - x0)) + ((y1 - y0) * (y1 - y0))));
            (double acrossX, double acrossY) = (-(y1 - y0) / length * width / 2, (x1 - x0) / length * width / 2);
            Polygon(part, [(x0 + acrossX, y0 + acrossY), (x1 + acrossX, y1 + acrossY), (x1 - acrossX, y1 - acrossY), (x0 - acrossX, y0 - acrossY)], light, detail);
        }
    }

    /// <summary>A ring, as a closed band of short pieces.</summary>
    public void Ring(string part, double x, double y, double radius, double width)
    {
        Span<(double X, double Y)> points = stackalloc (double X, double Y)[EllipsePoints + 1];
        for (int index = 0; index <= EllipsePoints; index++)
        {
            double angle = 2 * Math.PI * index / EllipsePoints;
            points[index] = (x + (radius * Math.Cos(angle)), y + (radius * Math.Sin(angle)));
        }

        Line(part, points, width, detail: true);
    }
}
