namespace MGLMM.Evaluation.Drawing;

/// <summary>What several things are drawn with.</summary>
internal static class DrawingTools
{
    /// <summary>Colours of hair.</summary>
    public static readonly string[] Hair = ["black", "brown", "yellow", "red", "grey"];

    /// <summary>A colour that is none of those used already.</summary>
    public static string Other(DrawingRandom random, ReadOnlySpan<string> names, params ReadOnlySpan<string?> used)
    {
        List<string> left = new();
        foreach (string name in names)
        {
            if (!used.Contains(name))
            {
                left.Add(name);
            }
        }

        foreach (string name in left.Count > 0 ? [] : Palette.Names)
        {
            if (!used.Contains(name))
            {
                left.Add(name);
            }
        }

        return left[random.Below(left.Count)];
    }

    /// <summary>An angle in degrees as radians.</summary>
    public static double Radians(double degrees) => degrees * Math.PI / 180;

    /// <summary>Two eyes.</summary>
    public static void Eyes(Pen pen, double x, double y, double factor = 1)
    {
        pen.Tint("eyes", (40, 34, 34));
        foreach (double offset in (double[])[-0.03, 0.03])
        {
            pen.Ellipse("eyes", x + (offset * factor), y, 0.011 * factor, detail: true);
        }
    }

    /// <summary>Legs, each a little aslant.</summary>
    public static void Legs(Pen pen, DrawingRandom random, string part, ReadOnlySpan<double> places, double width, double top, double bottom = 0)
    {
        foreach (double x in places)
        {
            pen.Line(part, [(x, top), (x + random.Between(-0.05, 0.05), bottom)], width);
        }
    }
}
