using static MGLMM.Evaluation.Drawing.DrawingTools;

namespace MGLMM.Evaluation.Drawing;

/// <summary>How buildings and plants are drawn.</summary>
internal static class BuildingsAndPlants
{
    public static void House(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        double w = random.Between(0.42, 0.66);
        double h = random.Between(0.48, 0.62);
        pen.Colour("wall", main);
        pen.Colour("roof", Other(random, ["red", "brown", "grey", "blue", "purple", "orange", "black", "green"], main));
        pen.Colour("door", Other(random, ["brown", "red", "blue", "green", "black", "white", "yellow"], main));
        pen.Colour("windows", Other(random, ["blue", "yellow", "white", "black", "grey"], main));
        pen.Colour("chimney", Other(random, ["red", "brown", "grey", "black"], pen.Colours["roof"]));

        if (random.Share() < 0.75)
        {
            double cx = random.Choice(-0.5, 0.5) * w;
            pen.Rectangle("chimney", cx - 0.06, h, cx + 0.06, random.Between(0.88, 1.0));
        }

        pen.Rectangle("wall", -w, 0, w, h);
        double style = random.Share();

        if (style < 0.55)
        {
            pen.Polygon("roof", [(-w - 0.08, h), (w + 0.08, h), (0, 1.0)]);
        }
        else if (style < 0.8)
        {
            pen.Polygon("roof", [(-w - 0.08, h), (w + 0.08, h), (w * 0.6, 0.92), (-w * 0.6, 0.92)]);
        }
        else
        {
            pen.Polygon("roof", [(-w - 0.07, h), (w + 0.07, h), (w + 0.07, h + 0.16), (-w - 0.07, h + 0.3)]);
        }

        double dx = random.Choice(-0.5, 0.0, 0.5) * w;
        (double dw, double dh) = (random.Between(0.08, 0.11), h * random.Between(0.55, 0.68));
        pen.Rectangle("door", dx - dw, 0, dx + dw, dh);
        pen.Ellipse("door", dx + (dw * 0.55), dh * 0.5, 0.016, light: 0.55, detail: true);
        double ww = random.Between(0.08, 0.12);
        bool isRound = random.Share() < 0.2;

        double[] places = dx == 0 ? [-0.62 * w, 0.62 * w] : dx < 0 ? [0.45 * w] : [-0.45 * w];
        foreach (double cx in places)
        {
            double y = h * random.Between(0.58, 0.62);

            if (isRound)
            {
                pen.Ellipse("windows", cx, y, ww);
            }
            else
            {
                pen.Rectangle("windows", cx - ww, y - ww, cx + ww, y + ww);
                pen.Line("windows", [(cx, y - ww), (cx, y + ww)], 0.018, light: 0.72, detail: true);
                pen.Line("windows", [(cx - ww, y), (cx + ww, y)], 0.018, light: 0.72, detail: true);
            }
        }
    }

    public static void Tent(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("cloth", main);
        pen.Colour("entrance", Other(random, ["black", "brown", "white", "grey"], main));
        double w = random.Between(0.6, 0.85);
        pen.Polygon("cloth", [(-w, 0), (w, 0), (0.12, 1.0), (-0.12, 1.0)]);
        pen.Polygon("cloth", [(0.2, 0), (w, 0), (0.12, 1.0)], light: 0.82, detail: true);
        pen.Polygon("entrance", [(-0.32, 0), (0.1, 0), (-0.08, 0.72)]);
    }

    public static void Tree(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("crown", main);
        pen.Colour("trunk", random.Choice("brown", "brown", "grey", "black"));
        double t = random.Between(0.05, 0.09);
        pen.Polygon("trunk", [(-t * 1.5, 0), (t * 1.5, 0), (t, 0.55), (-t, 0.55)]);
        double style = random.Share();

        if (style < 0.4)
        {
            double rx = random.Between(0.26, 0.36);
            pen.Ellipse("crown", 0, 0.68, rx, 0.33);
            pen.Ellipse("crown", -rx * 0.3, 0.78, rx * 0.5, 0.14, light: 1.1, detail: true);
        }
        else if (style < 0.8)
        {
            foreach ((double cx, double cy, double rr) in ((double, double, double)[])[(-0.2, 0.58, 0.2), (0.2, 0.58, 0.2), (-0.1, 0.76, 0.22), (0.12, 0.76, 0.21), (0, 0.62, 0.24)])
            {
                pen.Ellipse("crown", cx, cy, rr * random.Between(0.9, 1.1), detail: true, light: random.Choice(0.93, 1.0, 1.07));
            }
        }
        else
        {
            pen.Polygon("crown", [(-0.12, 0.36), (0.12, 0.36), (0.3, 0.6), (0.2, 0.92), (0, 1.0), (-0.2, 0.92), (-0.3, 0.6)]);
        }
    }

    public static void PineTree(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("needles", main);
        pen.Colour("trunk", random.Choice("brown", "brown", "black"));
        pen.Rectangle("trunk", -0.055, 0, 0.055, 0.22);
        double w = random.Between(0.24, 0.34);
        int n = random.Choice(2, 3, 3, 4);

        for (int i = 0; i < n; i++)
        {
            double y0 = 0.16 + ((0.78 * i) / (n + 0.6));
            double y1 = Math.Min(1.0, y0 + (0.9 / n) + 0.08);
            double ww = w * (1 - ((0.62 * i) / n));
            pen.Polygon("needles", [(-ww, y0), (ww, y0), (0, i < n - 1 ? y1 : 1.0)], light: i % 2 != 0 ? 1.0 : 0.9);
        }
    }

    public static void Bush(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("leaves", main);

        foreach ((double cx, double cy, double rr) in ((double, double, double)[])[(-0.5, 0.36, 0.38), (0.5, 0.36, 0.38), (0, 0.55, 0.46)])
        {
            pen.Ellipse("leaves", cx, Math.Max(cy, rr), rr, detail: true, light: random.Choice(0.93, 1.0, 1.06));
        }

        pen.Rectangle("leaves", -0.7, 0, 0.7, 0.3, detail: true);
    }

    public static void Flower(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("petals", main);
        pen.Colour("stem", "green");
        pen.Colour("leaf", "green");
        pen.Tint("centre", main is not ("yellow" or "orange") ? (250, 200, 40) : (130, 74, 34));
        pen.Line("stem", [(0, 0), (0.03, 0.35), (0, 0.68)], 0.055);
        pen.Polygon("leaf", [(0.01, 0.2), (0.2, 0.28), (0.34, 0.44), (0.12, 0.42)]);

        if (random.Share() < 0.35)
        {
            pen.Polygon("petals", [(-0.2, 0.98), (-0.22, 0.7), (0, 0.58), (0.22, 0.7), (0.2, 0.98), (0.09, 0.82), (0, 1.0), (-0.09, 0.82)]);
            return;
        }

        int n = random.Choice(5, 6, 7);

        for (int i = 0; i < n; i++)
        {
            double a = ((2 * Math.PI) * i) / n;
            pen.Ellipse("petals", 0.17 * Math.Cos(a), 0.74 + (0.17 * Math.Sin(a)), 0.115, detail: true);
        }

        pen.Ellipse("centre", 0, 0.74, 0.09);
    }

    public static void Mushroom(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("cap", main);
        pen.Colour("stem", main != "white" ? "white" : "brown");
        pen.Polygon("stem", [(-0.17, 0), (0.17, 0), (0.12, 0.55), (-0.12, 0.55)]);
        pen.Arc("cap", 0, 0.45, random.Between(0.46, 0.56), 0.55, 0, 180);

        if (main != "white" && random.Share() < 0.7)
        {
            foreach ((double cx, double cy) in ((double, double)[])[(-0.24, 0.64), (0.05, 0.78), (0.28, 0.6)])
            {
                pen.Ellipse("cap", cx, cy, 0.07, detail: true, rgb: (246, 242, 235));
            }
        }
    }

    public static void PottedPlant(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("pot", main);
        pen.Colour("leaves", "green");

        if (random.Share() < 0.5)
        {
            foreach ((double dx, double top) in ((double, double)[])[(-0.3, 0.8), (0.3, 0.82), (-0.14, 0.96), (0.15, 0.94), (0, 1.0)])
            {
                pen.Polygon("leaves", [(-0.05, 0.35), (0.05, 0.35), (dx + 0.05, top - 0.15), (dx, top), (dx - 0.08, top - 0.18)], light: random.Choice(0.9, 1.0, 1.08));
            }
        }
        else
        {
            foreach ((double cx, double cy, double rr) in ((double, double, double)[])[(-0.17, 0.62, 0.18), (0.17, 0.62, 0.18), (0, 0.78, 0.2)])
            {
                pen.Ellipse("leaves", cx, cy, rr, detail: true, light: random.Choice(0.92, 1.0, 1.06));
            }

            pen.Rectangle("leaves", -0.05, 0.35, 0.05, 0.6, detail: true);
        }

        pen.Polygon("pot", [(-0.15, 0), (0.15, 0), (0.22, 0.42), (-0.22, 0.42)]);
        pen.Rectangle("pot", -0.25, 0.36, 0.25, 0.44, light: 0.9);
    }
}
