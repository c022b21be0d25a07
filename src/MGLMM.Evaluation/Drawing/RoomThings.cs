using static MGLMM.Evaluation.Drawing.DrawingTools;

namespace MGLMM.Evaluation.Drawing;

/// <summary>How furniture and small things are drawn.</summary>
internal static class RoomThings
{
    public static void Table(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("top", main);
        pen.Colour("legs", random.Share() < 0.5 ? main : Other(random, ["brown", "white", "grey", "black"], main));
        double w = random.Between(0.62, 0.95);

        if (random.Share() < 0.25)
        {
            pen.Rectangle("legs", -0.08, 0.05, 0.08, 0.86);
            pen.Rectangle("legs", -0.36, 0, 0.36, 0.08);
        }
        else
        {
            foreach (double x in (double[])[-0.86 * w, 0.86 * w])
            {
                pen.Rectangle("legs", x - 0.06, 0, x + 0.06, 0.86);
            }
        }

        pen.Rectangle("top", -w, 0.82, w, 1.0);
    }

    public static void Chair(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("seat", main);
        pen.Colour("backrest", main);
        pen.Colour("legs", random.Share() < 0.4 ? main : Other(random, ["brown", "black", "grey", "white"], main));

        foreach (double x in (double[])[-0.24, 0.24])
        {
            pen.Rectangle("legs", x - 0.035, 0, x + 0.035, 0.42);
        }

        if (random.Share() < 0.5)
        {
            pen.Rectangle("backrest", -0.3, 0.5, -0.18, 1.0);
            pen.Rectangle("seat", -0.3, 0.4, 0.31, 0.52, light: 0.92);
        }
        else
        {
            pen.Polygon("backrest", [(-0.27, 0.5), (0.27, 0.5), (0.25, 1.0), (-0.25, 1.0)]);
            pen.Rectangle("seat", -0.32, 0.39, 0.32, 0.52, light: 0.9);
        }
    }

    public static void Sofa(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        (string, double)[] effects = random.Share() < 0.2 ? [(random.Choice("checks", "bars", "dots"), 0.1)] : [];

        foreach (string part in (string[])["cushions", "backrest", "armrests"])
        {
            pen.Colour(part, main, effects);
        }

        double w = random.Between(0.95, 1.25);

        foreach (double x in (double[])[-w * 0.85, w * 0.85])
        {
            pen.Rectangle("armrests", x - 0.05, 0, x + 0.05, 0.1, light: 0.5, detail: true);
        }

        pen.Rectangle("backrest", -w * 0.86, 0.4, w * 0.86, 1.0, light: 0.86);

        foreach ((double x0, double x1) in ((double, double)[])[(-w * 0.84, -0.02), (0.02, w * 0.84)])
        {
            pen.Rectangle("cushions", x0, 0.3, x1, 0.56, light: 1.06);
        }

        pen.Rectangle("cushions", -w * 0.86, 0.08, w * 0.86, 0.32);

        foreach (int s in (int[])[-1, 1])
        {
            pen.Rectangle("armrests", (s * w) - 0.14, 0.08, (s * w) + 0.14, 0.7, light: 0.95);
        }
    }

    public static void Bed(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("blanket", main, random.Share() < 0.35 ? [(random.Choice("checks", "stripes", "dots"), 0.14)] : []);
        pen.Colour("pillow", random.Share() < 0.6 ? "white" : Other(random, ["yellow", "blue", "pink", "grey"], main));
        pen.Colour("headboard", Other(random, ["brown", "white", "black", "grey"], pen.Colours["pillow"]));
        pen.Rectangle("headboard", -1.15, 0, -0.98, 1.0);
        pen.Rectangle("headboard", 1.0, 0, 1.12, 0.5);
        pen.Rectangle("headboard", -1.0, 0.1, 1.02, 0.24, light: 0.9);
        pen.Rectangle("blanket", -0.98, 0.22, 1.0, 0.5);
        pen.Ellipse("pillow", -0.7, 0.56, 0.26, 0.13);
    }

    public static void Lamp(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("shade", main);
        pen.Colour("stand", Other(random, ["black", "brown", "grey", "white"], main));
        pen.Rectangle("stand", -0.03, 0.04, 0.03, 0.7);
        pen.Rectangle("stand", -0.15, 0, 0.15, 0.06);
        double t = random.Between(0.1, 0.16);
        pen.Polygon("shade", [(-0.25, 0.62), (0.25, 0.62), (t, 1.0), (-t, 1.0)]);
    }

    public static void Vase(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("vase", main, random.Share() < 0.25 ? [(random.Choice("stripes", "diagonal", "dots"), 0.14)] : []);

        if (random.Share() < 0.6)
        {
            pen.Colour("flowers", Other(random, ["red", "yellow", "pink", "purple", "orange", "white"], main));
            pen.Tint("stems", (76, 150, 70));

            foreach (double dx in (double[])[-0.15, 0, 0.15])
            {
                pen.Line("stems", [(dx * 0.3, 0.5), (dx, 0.8)], 0.028, detail: true);
                pen.Ellipse("flowers", dx, 0.86 - (Math.Abs(dx) * 0.4), 0.105, detail: true);
            }
        }

        pen.Polygon("vase", [(-0.12, 0), (0.12, 0), (0.22, 0.22), (0.16, 0.42), (0.09, 0.5), (0.13, 0.6), (-0.13, 0.6), (-0.09, 0.5), (-0.16, 0.42), (-0.22, 0.22)]);
    }

    public static void Picture(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("frame", main);
        string c = Other(random, ["blue", "white", "green", "pink", "orange", "yellow", "purple"], main);
        pen.Colour("canvas", c);
        double w = random.Between(0.4, 0.72);
        pen.Rectangle("frame", -w, 0, w, 1);
        double t = random.Between(0.08, 0.12);
        pen.Rectangle("canvas", -w + t, t, w - t, 1 - t);

        if (random.Share() < 0.4)
        {
            pen.Polygon("canvas", [(-w + t, t), (w - t, t), (0.1, 0.5), (-0.1, 0.36)], light: 0.8, detail: true);
        }
    }

    public static void Window(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("frame", main);
        pen.Colour("glass", random.Share() < 0.75 ? "blue" : main != "black" ? "black" : "blue");
        double w = random.Between(0.34, 0.5);
        pen.Rectangle("frame", -w, 0.04, w, 0.96);

        foreach ((double x0, double x1) in ((double, double)[])[(-w + 0.06, -0.03), (0.03, w - 0.06)])
        {
            pen.Rectangle("glass", x0, 0.1, x1, 0.9, light: 1.25);
        }

        if (random.Share() < 0.6)
        {
            pen.Colour("curtains", Other(random, ["red", "orange", "yellow", "green", "purple", "pink"], main));

            foreach (int s in (int[])[-1, 1])
            {
                pen.Polygon("curtains", [(s * (w + 0.12), 0), (s * (w - 0.12), 0), (s * (w - 0.18), 1.0), (s * (w + 0.12), 1.0)]);
            }
        }
    }

    public static void Clock(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("rim", main);
        pen.Colour("dial", main != "white" ? "white" : "yellow");
        pen.Colour("hands", main != "black" ? "black" : "red");
        pen.Ellipse("rim", 0, 0.5, 0.5);
        pen.Ellipse("dial", 0, 0.5, 0.38);

        foreach ((double length, double width) in ((double, double)[])[(0.2, 0.08), (0.3, 0.06)])
        {
            double a = random.Between(0, 2 * Math.PI);
            pen.Line("hands", [(0, 0.5), (length * Math.Cos(a), 0.5 + (length * Math.Sin(a)))], width, detail: true);
        }
    }

    public static void Shelf(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("boards", main);
        pen.Colour("books", Other(random, ["red", "blue", "green", "orange", "purple"], main));
        double w = random.Between(0.38, 0.5);
        pen.Rectangle("boards", -w, 0, w, 1.0);
        int n = random.Choice(2, 3);
        double step = 0.9 / n;

        for (int i = 0; i < n; i++)
        {
            double y = 0.06 + (i * step);
            pen.Rectangle("boards", -w + 0.05, y, w - 0.05, y + step - 0.05, light: 0.6, detail: true);
            double x = -w + 0.07;
            while (x < w - 0.16)
            {
                double b = random.Between(0.06, 0.1);
                pen.Rectangle("books", x, y, x + b - 0.012, y + ((step - 0.05) * random.Between(0.62, 0.9)), light: random.Choice(0.85, 1.0, 1.15), detail: true);
                x += b;
            }
        }
    }

    public static void Book(Pen pen, string main)
    {
        pen.Colour("cover", main);
        pen.Colour("pages", "white");
        pen.Rectangle("cover", -1.1, 0, 1.1, 1.0);
        pen.Rectangle("pages", -0.95, 0.24, 1.1, 0.76, detail: true);
    }

    public static void Cup(Pen pen, string main)
    {
        pen.Colour("cup", main);
        pen.Colour("handle", main);
        pen.Ring("handle", 0.42, 0.5, 0.24, 0.11);
        pen.Polygon("cup", [(-0.34, 0), (0.34, 0), (0.42, 1.0), (-0.42, 1.0)]);
    }

    public static void Apple(Pen pen, string main)
    {
        pen.Colour("apple", main);
        pen.Colour("leaf", main != "green" ? "green" : "brown");
        pen.Ellipse("apple", -0.16, 0.42, 0.34, 0.42, detail: true);
        pen.Ellipse("apple", 0.16, 0.42, 0.34, 0.42, detail: true);
        pen.Tint("stalk", (90, 60, 40));
        pen.Line("stalk", [(0, 0.75), (0.04, 1.0)], 0.08, detail: true);
        pen.Ellipse("leaf", 0.24, 0.94, 0.2, 0.1);
    }

    public static void Rug(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("rug", main, random.Share() < 0.5 ? [(random.Choice("stripes", "bars", "checks", "diagonal"), 0.14)] : []);
        double w = random.Between(2.2, 3.4);

        if (random.Share() < 0.4)
        {
            pen.Ellipse("rug", 0, 0.5, w, 0.5);
        }
        else
        {
            pen.Polygon("rug", [(-w, 0), (w, 0), (w * 0.84, 1.0), (-w * 0.84, 1.0)]);
        }
    }
}
