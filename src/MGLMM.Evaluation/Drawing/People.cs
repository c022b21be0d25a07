using static MGLMM.Evaluation.Drawing.DrawingTools;

namespace MGLMM.Evaluation.Drawing;

/// <summary>How people are drawn.</summary>
internal static class People
{
    public static void Man(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("shirt", main, random.Share() < 0.25 ? [(random.Choice("stripes", "checks"), 0.16)] : []);
        pen.Colour("trousers", Other(random, ["blue", "black", "brown", "grey", "green"], main));
        pen.Colour("shoes", Other(random, ["black", "brown", "white", "red"], pen.Colours["trousers"]));
        pen.Colour("hair", random.Choice(Hair));
        (double, double, double) skin = random.Choice(Palette.Skin);
        pen.Tint("face", skin);
        pen.Tint("skin", skin);
        double arm = random.Choice(0.0, 0.0, 0.25);
        double step = random.Between(0.02, 0.07);

        foreach (int s in (int[])[-1, 1])
        {
            pen.Line("trousers", [(s * 0.055, 0.46), (s * (0.06 + step), 0.06)], 0.095);
            pen.Ellipse("shoes", (s * (0.06 + step)) + 0.02, 0.035, 0.075, 0.036);
        }

        pen.Line("skin", [(-0.14, 0.7), (-0.22, 0.44)], 0.05, detail: true);
        pen.Line("skin", [(0.14, 0.7), (0.23, 0.44 + arm)], 0.05, detail: true);
        pen.Line("shirt", [(-0.11, 0.74), (-0.19, 0.57)], 0.085, detail: true);
        pen.Line("shirt", [(0.11, 0.74), (0.19, 0.57 + (arm / 2))], 0.085, detail: true);
        pen.Polygon("shirt", [(-0.11, 0.44), (0.11, 0.44), (0.15, 0.76), (-0.15, 0.76)]);
        pen.Ellipse("hair", 0, 0.905, 0.105, 0.095);
        pen.Ellipse("face", 0.01, 0.865, 0.088, 0.09);
        Eyes(pen, 0.01, 0.87);
    }

    public static void Woman(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("dress", main, random.Share() < 0.25 ? [("dots", 0.16)] : []);
        pen.Colour("shoes", Other(random, ["black", "brown", "red", "white", "blue"], main));
        pen.Colour("hair", random.Choice(Hair));
        (double, double, double) skin = random.Choice(Palette.Skin);
        pen.Tint("face", skin);
        pen.Tint("skin", skin);
        pen.Polygon("hair", [(-0.12, 0.62), (0.12, 0.62), (0.12, 0.9), (-0.12, 0.9)]);
        pen.Ellipse("hair", 0, 0.89, 0.12, 0.11);

        foreach (int s in (int[])[-1, 1])
        {
            pen.Line("skin", [(s * 0.06, 0.26), (s * 0.07, 0.05)], 0.05, detail: true);
            pen.Ellipse("shoes", (s * 0.08) + 0.02, 0.032, 0.066, 0.034);
            pen.Line("skin", [(s * 0.1, 0.68), (s * 0.22, 0.46)], 0.045, detail: true);
        }

        pen.Polygon("dress", [(-0.23, 0.2), (0.23, 0.2), (0.09, 0.54), (0.13, 0.74), (-0.13, 0.74), (-0.09, 0.54)]);
        pen.Ellipse("face", 0.0, 0.86, 0.085, 0.09);
        pen.Arc("hair", 0, 0.905, 0.1, 0.075, 10, 170, detail: true);
        Eyes(pen, 0.0, 0.855);
    }

    public static void Child(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("shirt", main);
        pen.Colour("shorts", Other(random, ["blue", "brown", "black", "red", "green", "grey"], main));
        pen.Colour("cap", Other(random, ["red", "blue", "yellow", "green", "orange", "purple"], main));
        pen.Colour("shoes", Other(random, ["white", "black", "red", "blue"], pen.Colours["shorts"]));
        (double, double, double) skin = random.Choice(Palette.Skin);
        pen.Tint("face", skin);
        pen.Tint("skin", skin);
        double up = random.Choice(-0.16, -0.16, 0.18);

        foreach (int s in (int[])[-1, 1])
        {
            pen.Line("skin", [(s * 0.08, 0.24), (s * 0.1, 0.06)], 0.075, detail: true);
            pen.Ellipse("shoes", (s * 0.1) + 0.02, 0.045, 0.09, 0.045);
            pen.Line("skin", [(s * 0.13, 0.54), (s * 0.28, 0.54 + (s > 0 ? up : -0.16))], 0.065, detail: true);
            pen.Line("shorts", [(s * 0.075, 0.34), (s * 0.09, 0.2)], 0.13);
        }

        pen.Polygon("shirt", [(-0.13, 0.32), (0.13, 0.32), (0.16, 0.58), (-0.16, 0.58)]);
        pen.Ellipse("face", 0, 0.76, 0.165, 0.175);
        pen.Arc("cap", 0, 0.8, 0.18, 0.2, 0, 180);
        pen.Rectangle("cap", 0.02, 0.79, 0.28, 0.83, detail: true);
        Eyes(pen, 0.02, 0.73, 1.6);
    }
}
