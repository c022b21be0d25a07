using static MGLMM.Evaluation.Drawing.DrawingTools;

namespace MGLMM.Evaluation.Drawing;

/// <summary>How things in the sky are drawn.</summary>
internal static class SkyThings
{
    public static void Sun(Pen pen, string _)
    {
        DrawingRandom random = pen.Random;
        pen.Tint("sun", random.Share() < 0.7 ? (254, 206, 62) : (252, 160, 60));

        if (random.Share() < 0.6)
        {
            int n = random.Choice(8, 10, 12);

            for (int i = 0; i < n; i++)
            {
                double a = ((2 * Math.PI) * i) / n;
                pen.Polygon("sun", [(0.36 * Math.Cos(a - 0.16), 0.5 + (0.36 * Math.Sin(a - 0.16))), (0.36 * Math.Cos(a + 0.16), 0.5 + (0.36 * Math.Sin(a + 0.16))), (0.56 * Math.Cos(a), 0.5 + (0.56 * Math.Sin(a)))], detail: true);
            }
        }

        pen.Ellipse("sun", 0, 0.5, 0.36);
    }

    public static void Moon(Pen pen, string _)
    {
        DrawingRandom random = pen.Random;
        pen.Tint("moon", (238, 232, 206));

        if (random.Share() < 0.5)
        {
            (double, double)[] outer = [.. Enumerable.Range(0, 17).Select(step => 60 + (15 * step)).Select(a => (0.5 * Math.Cos(Radians(a)), 0.5 + (0.5 * Math.Sin(Radians(a)))))];
            (double, double)[] inner = [.. Enumerable.Range(0, 15).Select(step => 285 - (15 * step)).Select(a => (0.16 + (0.4 * Math.Cos(Radians(a))), 0.5 + (0.42 * Math.Sin(Radians(a)))))];
            pen.Polygon("moon", [.. outer, .. inner]);
        }
        else
        {
            pen.Ellipse("moon", 0, 0.5, 0.46);
            pen.Ellipse("moon", -0.14, 0.6, 0.1, light: 0.9, detail: true);
            pen.Ellipse("moon", 0.16, 0.4, 0.08, light: 0.9, detail: true);
        }
    }

    public static void Cloud(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("cloud", main);

        foreach ((double cx, double cy, double rr) in ((double, double, double)[])[(-0.75, 0.3, 0.3), (-0.25, 0.5, 0.46), (0.35, 0.46, 0.42), (0.8, 0.28, 0.28)])
        {
            pen.Ellipse("cloud", cx * random.Between(0.9, 1.1), cy, rr * random.Between(0.9, 1.1), detail: true);
        }

        pen.Rectangle("cloud", -0.8, 0.02, 0.82, 0.36, detail: true);
    }

    public static void Kite(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("sail", main);
        pen.Colour("tail", Other(random, ["red", "yellow", "blue", "green", "white", "orange"], main));
        pen.Line("tail", [(0, 0.42), (0.08, 0.3), (-0.04, 0.17), (0.06, 0.02)], 0.05);
        pen.Polygon("tail", [(0.02, 0.26), (0.14, 0.32), (0.14, 0.2)], detail: true);
        pen.Polygon("tail", [(-0.0, 0.12), (-0.12, 0.18), (-0.12, 0.06)], detail: true);
        pen.Polygon("sail", [(0, 1.0), (0.26, 0.74), (0, 0.4), (-0.26, 0.74)]);
        pen.Polygon("sail", [(0, 1.0), (0.26, 0.74), (0, 0.74)], light: 0.82, detail: true);
        pen.Polygon("sail", [(0, 0.4), (-0.26, 0.74), (0, 0.74)], light: 0.82, detail: true);
    }

    public static void Balloon(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("balloon", main);
        pen.Colour("string", random.Choice("white", "black", "grey"));
        pen.Line("string", [(0, 0.5), (0.05, 0.26), (-0.02, 0)], 0.028, detail: true);
        pen.Polygon("balloon", [(-0.05, 0.46), (0.05, 0.46), (0, 0.54)], detail: true);
        pen.Ellipse("balloon", 0, 0.75, 0.21, 0.25);
        pen.Ellipse("balloon", -0.07, 0.83, 0.04, 0.06, light: 1.3, detail: true);
    }
}
