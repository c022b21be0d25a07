using static MGLMM.Evaluation.Drawing.DrawingTools;

namespace MGLMM.Evaluation.Drawing;

/// <summary>How things out of doors are drawn.</summary>
internal static class OutdoorThings
{
    public static void Bench(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("seat", main);
        pen.Colour("backrest", main);
        pen.Colour("legs", Other(random, ["black", "grey", "brown"], main));

        foreach (double x in (double[])[-0.78, 0.78])
        {
            pen.Rectangle("legs", x - 0.07, 0, x + 0.07, 0.42);
        }

        pen.Rectangle("backrest", -1.0, 0.58, 1.0, 0.98);
        pen.Rectangle("seat", -1.06, 0.34, 1.06, 0.52, light: 0.9);
    }

    public static void StreetLamp(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("post", main);
        pen.Colour("lantern", random.Choice("yellow", "white", "orange"));
        pen.Rectangle("post", -0.028, 0, 0.028, 0.84);
        pen.Rectangle("post", -0.08, 0, 0.08, 0.05);

        if (random.Share() < 0.5)
        {
            pen.Polygon("lantern", [(-0.055, 0.82), (0.055, 0.82), (0.085, 0.95), (-0.085, 0.95)]);
            pen.Polygon("post", [(-0.11, 0.95), (0.11, 0.95), (0, 1.0)], detail: true);
        }
        else
        {
            pen.Ellipse("lantern", 0, 0.9, 0.09);
        }
    }

    public static void TrafficLight(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("box", main);
        pen.Colour("post", Other(random, ["grey", "black", "green"], main));
        pen.Rectangle("post", -0.028, 0, 0.028, 0.62);
        pen.Rectangle("box", -0.1, 0.56, 0.1, 1.0);
        int on = random.Below(3);

        foreach ((int i, (double Red, double Green, double Blue) rgb) in (((double Red, double Green, double Blue)[])[(226, 40, 40), (248, 196, 40), (52, 190, 80)]).Index())
        {
            pen.Ellipse("box", 0, 0.92 - (0.14 * i), 0.055, rgb: on == i ? rgb : (rgb.Red * 0.35, rgb.Green * 0.35, rgb.Blue * 0.35), detail: true);
        }
    }

    public static void Fence(Pen pen, string main)
    {
        pen.Colour("boards", main);

        foreach (double y in (double[])[0.3, 0.68])
        {
            pen.Rectangle("boards", -1.8, y - 0.07, 1.8, y + 0.07, light: 0.9, detail: true);
        }

        for (int i = 0; i < 8; i++)
        {
            double x = -1.65 + ((3.3 * i) / 7);
            pen.Polygon("boards", [(x - 0.14, 0), (x + 0.14, 0), (x + 0.14, 0.84), (x, 1.0), (x - 0.14, 0.84)]);
        }
    }

    public static void Umbrella(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("canopy", main, random.Share() < 0.35 ? [("bars", 0.18)] : []);
        pen.Colour("pole", Other(random, ["white", "grey", "brown", "black"], main));
        pen.Rectangle("pole", -0.022, 0, 0.022, 0.72);
        pen.Arc("canopy", 0, 0.62, random.Between(0.42, 0.52), 0.38, 0, 180);
    }

    public static void Ball(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("ball", main, random.Share() < 0.4 ? [(random.Choice("stripes", "diagonal", "dots"), 0.16)] : []);
        pen.Ellipse("ball", 0, 0.5, 0.5);
        pen.Ellipse("ball", -0.15, 0.68, 0.12, light: 1.18, detail: true);
    }

    public static void Bucket(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("bucket", main);
        pen.Colour("handle", Other(random, ["white", "black", "yellow", "grey"], main));
        pen.Line("handle", [(-0.4, 0.66), (-0.3, 0.94), (0, 1.04), (0.3, 0.94), (0.4, 0.66)], 0.085, detail: true);
        pen.Polygon("bucket", [(-0.3, 0), (0.3, 0), (0.45, 0.7), (-0.45, 0.7)]);
    }

    public static void Snowman(Pen pen, string _)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("body", "white");
        pen.Colour("head", "white");
        pen.Colour("hat", random.Choice("black", "red", "blue", "brown", "green"));
        pen.Colour("scarf", Other(random, ["red", "green", "blue", "yellow", "purple"], pen.Colours["hat"]));
        pen.Colour("nose", "orange");
        pen.Tint("eyes", (30, 30, 30));
        pen.Ellipse("body", 0, 0.25, 0.28, 0.25);
        pen.Ellipse("body", 0, 0.53, 0.2, 0.18, light: 0.97);
        pen.Ellipse("head", 0, 0.76, 0.15, 0.14);
        pen.Rectangle("scarf", -0.15, 0.62, 0.15, 0.68);
        pen.Rectangle("scarf", 0.05, 0.48, 0.12, 0.66, detail: true);
        pen.Rectangle("hat", -0.17, 0.85, 0.17, 0.885);
        pen.Rectangle("hat", -0.11, 0.87, 0.11, 1.0);
        pen.Polygon("nose", [(0, 0.78), (0, 0.73), (0.17, 0.75)]);

        foreach (double x in (double[])[-0.05, 0.06])
        {
            pen.Ellipse("eyes", x, 0.81, 0.018, detail: true);
        }
    }

    public static void Sled(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("seat", main);
        pen.Colour("runners", Other(random, ["grey", "black", "brown"], main));
        pen.Line("runners", [(-1.0, 0.12), (0.9, 0.12), (1.15, 0.5)], 0.16);

        foreach (double x in (double[])[-0.6, 0.5])
        {
            pen.Rectangle("runners", x - 0.08, 0.1, x + 0.08, 0.6, detail: true);
        }

        pen.Rectangle("seat", -0.95, 0.56, 0.95, 0.92);
    }
}
