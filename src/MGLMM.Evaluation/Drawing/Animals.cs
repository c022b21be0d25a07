using static MGLMM.Evaluation.Drawing.DrawingTools;

namespace MGLMM.Evaluation.Drawing;

/// <summary>How animals are drawn.</summary>
internal static class Animals
{
    public static void Dog(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("body", main);
        pen.Colour("head", main);
        pen.Colour("legs", main);
        pen.Colour("tail", main);
        pen.Colour("ear", Other(random, ["brown", "black", "grey"], main));
        pen.Tint("eyes", (30, 28, 28));
        pen.Line("tail", [(-0.5, 0.58), (-0.78, 0.9)], 0.1);
        Legs(pen, random, "legs", [-0.42, -0.28, 0.24, 0.38], 0.11, 0.4);
        pen.Ellipse("body", 0, 0.5, 0.56, 0.22);
        pen.Ellipse("head", 0.58, 0.74, 0.24, 0.21);
        pen.Ellipse("head", 0.78, 0.67, 0.14, 0.1);
        pen.Ellipse("eyes", 0.9, 0.71, 0.045, detail: true);
        pen.Ellipse("eyes", 0.64, 0.8, 0.03, detail: true);
        pen.Ellipse("ear", 0.44, 0.72, 0.09, 0.2);
    }

    public static void Cat(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        foreach (string part in (string[])["body", "head", "tail", "legs"])
        {
            pen.Colour(part, main);
        }

        pen.Colour("ears", Other(random, ["pink", "black", "brown", "white"], main));
        pen.Tint("eyes", main == "black" ? (60, 170, 70) : (34, 32, 32));
        double cx;
        double cy;

        if (random.Share() < 0.5)
        {
            pen.Line("tail", [(-0.2, 0.1), (-0.48, 0.14), (-0.56, 0.42)], 0.1);
            pen.Polygon("body", [(-0.32, 0.06), (0.3, 0.06), (0.2, 0.62), (-0.16, 0.62)]);
            pen.Ellipse("legs", 0.14, 0.06, 0.14, 0.07);
            pen.Ellipse("legs", -0.16, 0.06, 0.14, 0.07);
            (cx, cy) = (0.04, 0.7);
        }
        else
        {
            pen.Line("tail", [(-0.42, 0.5), (-0.66, 0.66), (-0.64, 0.96)], 0.09);
            Legs(pen, random, "legs", [-0.34, -0.2, 0.2, 0.34], 0.09, 0.34);
            pen.Ellipse("body", 0, 0.42, 0.48, 0.19);
            (cx, cy) = (0.46, 0.66);
        }

        foreach (int s in (int[])[-1, 1])
        {
            pen.Polygon("ears", [(cx + (s * 0.06), cy + 0.14), (cx + (s * 0.24), cy + 0.1), (cx + (s * 0.2), cy + 0.36)]);
        }

        pen.Ellipse("head", cx, cy, 0.25, 0.2);

        foreach (int s in (int[])[-1, 1])
        {
            pen.Ellipse("eyes", cx + (s * 0.1), cy + 0.03, 0.035, detail: true);
        }
    }

    public static void Rabbit(Pen pen, string main)
    {
        foreach (string part in (string[])["body", "head", "ears"])
        {
            pen.Colour(part, main);
        }

        pen.Colour("tail", main != "white" ? "white" : "grey");
        pen.Tint("eyes", (40, 30, 30));
        pen.Ellipse("tail", -0.4, 0.22, 0.12);
        pen.Ellipse("body", -0.06, 0.28, 0.36, 0.28);

        foreach (double dx in (double[])[0.12, 0.27])
        {
            pen.Ellipse("ears", dx, 0.84, 0.07, 0.2);
        }

        pen.Ellipse("head", 0.24, 0.54, 0.21, 0.18);
        pen.Ellipse("eyes", 0.31, 0.58, 0.03, detail: true);
    }

    public static void Bird(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("body", main);
        pen.Colour("wing", Other(random, ["black", "white", "blue", "brown", "grey", "yellow", "red"], main));
        pen.Colour("beak", Other(random, ["orange", "yellow"], main));
        pen.Colour("tail", pen.Colours["wing"]!);
        pen.Tint("eyes", main != "black" ? (30, 30, 30) : (240, 240, 240));
        pen.Polygon("tail", [(-0.5, 0.42), (-0.9, 0.6), (-0.86, 0.28)]);
        pen.Ellipse("body", 0, 0.44, 0.55, 0.34);
        pen.Ellipse("body", 0.46, 0.68, 0.27, 0.25);
        pen.Polygon("beak", [(0.68, 0.76), (1.0, 0.66), (0.68, 0.56)]);

        if (random.Share() < 0.5)
        {
            pen.Polygon("wing", [(-0.3, 0.5), (0.25, 0.5), (-0.3, 1.1)]);
        }
        else
        {
            pen.Ellipse("wing", -0.1, 0.44, 0.32, 0.18);
        }

        pen.Ellipse("eyes", 0.54, 0.74, 0.045, detail: true);
    }

    public static void Duck(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("body", main);
        pen.Colour("head", random.Share() < 0.5 ? main : "green");
        pen.Colour("beak", "orange");
        pen.Colour("wing", Other(random, ["grey", "brown", "white", "black"], main));
        pen.Tint("eyes", (30, 30, 30));
        pen.Polygon("body", [(-0.8, 0.5), (-0.5, 0.1), (0.4, 0.05), (0.62, 0.3), (0.4, 0.52), (-0.3, 0.46)]);
        pen.Ellipse("body", 0, 0.28, 0.56, 0.25, detail: true);
        pen.Line("head", [(0.42, 0.4), (0.5, 0.74)], 0.2, detail: true);
        pen.Ellipse("head", 0.52, 0.8, 0.2, 0.18);
        pen.Polygon("beak", [(0.68, 0.84), (0.98, 0.74), (0.68, 0.68)]);
        pen.Ellipse("wing", -0.12, 0.32, 0.32, 0.15);
        pen.Ellipse("eyes", 0.58, 0.85, 0.035, detail: true);
    }

    public static void Horse(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        foreach (string part in (string[])["body", "head", "legs"])
        {
            pen.Colour(part, main);
        }

        string hair = Other(random, ["black", "brown", "white", "yellow"], main);
        pen.Colour("mane", hair);
        pen.Colour("tail", hair);
        pen.Tint("eyes", main != "black" ? (25, 25, 25) : (230, 230, 230));
        pen.Line("tail", [(-0.44, 0.62), (-0.58, 0.32)], 0.1);
        Legs(pen, random, "legs", [-0.36, -0.25, 0.2, 0.32], 0.075, 0.45);
        pen.Ellipse("body", -0.03, 0.54, 0.46, 0.17);
        pen.Line("mane", [(0.27, 0.64), (0.43, 0.95)], 0.16);
        pen.Line("body", [(0.28, 0.56), (0.5, 0.88)], 0.18, detail: true);
        pen.Line("head", [(0.46, 0.91), (0.72, 0.76)], 0.14);
        pen.Polygon("head", [(0.45, 0.93), (0.52, 0.94), (0.48, 1.04)], detail: true);
        pen.Ellipse("eyes", 0.55, 0.88, 0.02, detail: true);
    }

    public static void Cow(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("body", main);
        pen.Colour("head", random.Share() < 0.5 ? main : Other(random, ["white", "brown", "black"], main));
        pen.Colour("legs", main);
        pen.Colour("horns", Other(random, ["grey", "yellow"], main));
        pen.Tint("eyes", pen.Colours["head"] != "black" ? (25, 25, 25) : (230, 230, 230));
        pen.Tint("nose", (236, 160, 160));
        pen.Line("legs", [(-0.6, 0.7), (-0.7, 0.36)], 0.05, detail: true);
        Legs(pen, random, "legs", [-0.44, -0.3, 0.26, 0.4], 0.11, 0.38);
        pen.Polygon("body", [(-0.6, 0.34), (0.5, 0.34), (0.54, 0.8), (-0.58, 0.82)]);

        if (main == "white" || random.Share() < 0.3)
        {
            (double, double, double) dark = main == "white" ? (70, 52, 44) : (240, 236, 228);

            foreach ((double cx, double cy, double rr) in ((double, double, double)[])[(-0.34, 0.62, 0.14), (0.12, 0.68, 0.12), (0.3, 0.48, 0.08)])
            {
                pen.Ellipse("body", cx, cy, rr, rr * 0.8, rgb: dark, detail: true);
            }
        }

        foreach (int s in (int[])[-1, 1])
        {
            pen.Polygon("horns", [(0.64 + (s * 0.08), 0.92), (0.64 + (s * 0.16), 0.92), (0.64 + (s * 0.2), 1.1)]);
        }

        pen.Ellipse("head", 0.64, 0.78, 0.19, 0.2);
        pen.Ellipse("nose", 0.68, 0.64, 0.13, 0.08);
        pen.Ellipse("eyes", 0.58, 0.84, 0.025, detail: true);
        pen.Ellipse("eyes", 0.72, 0.84, 0.025, detail: true);
    }

    public static void Sheep(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("wool", main);
        string c = Other(random, ["black", "brown", "white"], main);
        pen.Colour("head", c);
        pen.Colour("legs", c);
        pen.Tint("eyes", c == "black" ? (240, 240, 240) : (30, 30, 30));
        Legs(pen, random, "legs", [-0.34, -0.18, 0.18, 0.34], 0.1, 0.4);

        foreach ((double cx, double cy, double rr) in ((double, double, double)[])[(-0.38, 0.56, 0.24), (0.36, 0.56, 0.24), (-0.14, 0.7, 0.25), (0.16, 0.7, 0.25), (0, 0.5, 0.28)])
        {
            pen.Ellipse("wool", cx, cy, rr, detail: true, light: random.Choice(0.95, 1.0, 1.03));
        }

        pen.Ellipse("head", 0.62, 0.72, 0.17, 0.2);
        pen.Ellipse("eyes", 0.67, 0.77, 0.03, detail: true);
    }

    public static void Fish(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("body", main, random.Share() < 0.4 ? [("bars", 0.16)] : []);
        string c = Other(random, ["orange", "red", "blue", "yellow", "white", "purple"], main);
        pen.Colour("tail", c);
        pen.Colour("fin", c);
        pen.Tint("eyes", (30, 30, 30));
        pen.Polygon("tail", [(-0.6, 0.5), (-1.1, 0.95), (-1.1, 0.05)]);
        pen.Polygon("fin", [(-0.3, 0.75), (0.3, 0.75), (-0.2, 1.15)]);
        pen.Ellipse("body", 0, 0.5, 0.75, 0.38);
        pen.Ellipse("eyes", 0.48, 0.58, 0.06, detail: true);
    }
}
