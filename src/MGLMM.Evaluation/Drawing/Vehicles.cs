using static MGLMM.Evaluation.Drawing.DrawingTools;

namespace MGLMM.Evaluation.Drawing;

/// <summary>How vehicles are drawn.</summary>
internal static class Vehicles
{
    public static void Car(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("body", main);
        pen.Colour("windows", Other(random, ["blue", "white", "black", "grey"], main));
        pen.Colour("wheels", Other(random, ["black", "grey"], main));
        pen.Colour("headlight", Other(random, ["yellow", "white"], main));
        double w = random.Between(0.98, 1.2);
        (double cab0, double cab1) = random.Share() < 0.7 ? (-0.62 * w, 0.42 * w) : (-0.95 * w, 0.45 * w);
        pen.Polygon("body", [(cab0, 0.56), (cab0 + 0.2, 1.0), (cab1 - 0.22, 1.0), (cab1 + 0.06, 0.56)]);
        double mid = (cab0 + cab1) / 2;
        pen.Polygon("windows", [(cab0 + 0.13, 0.58), (cab0 + 0.26, 0.9), (mid - 0.04, 0.9), (mid - 0.04, 0.58)], detail: true);
        pen.Polygon("windows", [(mid + 0.04, 0.58), (mid + 0.04, 0.9), (cab1 - 0.27, 0.9), (cab1 - 0.07, 0.58)], detail: true);
        pen.Polygon("body", [(-w, 0.18), (w, 0.18), (w, 0.44), (w - 0.14, 0.58), (-w + 0.05, 0.58), (-w, 0.5)]);
        pen.Ellipse("headlight", w - 0.1, 0.42, 0.085, detail: true);

        foreach (double cx in (double[])[-0.56 * w, 0.56 * w])
        {
            pen.Ellipse("wheels", cx, 0.2, 0.22);
            pen.Ellipse("wheels", cx, 0.2, 0.09, light: 1.7, detail: true);
        }
    }

    public static void Truck(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("box", main);
        pen.Colour("cab", Other(random, ["red", "blue", "yellow", "green", "white", "orange"], main));
        pen.Colour("window", Other(random, ["blue", "black", "white", "grey"], pen.Colours["cab"]));
        pen.Colour("wheels", random.Choice("black", "black", "grey"));
        double w = random.Between(0.85, 1.05);
        double split = w * 0.36;
        pen.Rectangle("box", -w, 0.18, split - 0.03, random.Between(0.88, 1.0));
        pen.Polygon("cab", [(split, 0.18), (w, 0.18), (w, 0.48), (w - 0.12, 0.76), (split, 0.76)]);
        pen.Polygon("window", [(split + 0.12, 0.48), (w - 0.07, 0.48), (w - 0.17, 0.7), (split + 0.12, 0.7)], detail: true);

        foreach (double cx in (double[])[-0.68 * w, -0.2 * w, 0.68 * w])
        {
            pen.Ellipse("wheels", cx, 0.15, 0.155);
            pen.Ellipse("wheels", cx, 0.15, 0.065, light: 1.7, detail: true);
        }
    }

    public static void Bus(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("body", main);
        pen.Colour("windows", Other(random, ["blue", "white", "black", "grey"], main));
        pen.Colour("door", Other(random, ["grey", "black", "white", "brown", "yellow"], main, pen.Colours["windows"]));
        pen.Colour("wheels", random.Choice("black", "black", "grey"));
        double w = random.Between(0.98, 1.2);
        pen.Polygon("body", [(-w, 0.14), (w, 0.14), (w, 0.9), (w - 0.08, 1.0), (-w + 0.08, 1.0), (-w, 0.9)]);
        int n = random.Choice(3, 4);
        double span = (1.45 * w) / n;

        for (int i = 0; i < n; i++)
        {
            double x0 = -w + 0.1 + (i * span);
            pen.Rectangle("windows", x0, 0.52, x0 + span - 0.1, 0.86, detail: true);
        }

        pen.Rectangle("door", w - 0.38, 0.16, w - 0.12, 0.82);

        foreach (double cx in (double[])[-0.6 * w, 0.5 * w])
        {
            pen.Ellipse("wheels", cx, 0.14, 0.15);
            pen.Ellipse("wheels", cx, 0.14, 0.06, light: 1.7, detail: true);
        }
    }

    public static void Bicycle(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("frame", main);
        pen.Colour("wheels", random.Choice("black", "grey"));
        pen.Colour("saddle", Other(random, ["brown", "black"], pen.Colours["wheels"]));

        foreach (double cx in (double[])[-0.52, 0.52])
        {
            pen.Ring("wheels", cx, 0.34, 0.31, 0.075);
        }

        pen.Line("frame", [(-0.52, 0.34), (-0.18, 0.8), (0.4, 0.78), (-0.02, 0.34), (-0.52, 0.34)], 0.075, detail: true);
        pen.Line("frame", [(-0.18, 0.8), (-0.02, 0.34)], 0.075, detail: true);
        pen.Line("frame", [(0.52, 0.34), (0.36, 1.0), (0.22, 1.0)], 0.075, detail: true);
        pen.Ellipse("saddle", -0.22, 0.9, 0.17, 0.07);
    }

    public static void Boat(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("hull", main);
        pen.Colour("sail", Other(random, ["white", "red", "yellow", "orange", "blue", "pink", "green"], main));
        pen.Colour("mast", Other(random, ["brown", "black", "grey"], main));
        double w = random.Between(0.42, 0.56);
        pen.Rectangle("mast", -0.025, 0.18, 0.025, 1.0);
        pen.Polygon("sail", [(0.04, 0.3), (w * 0.9, 0.3), (0.04, 0.97)]);

        if (random.Share() < 0.6)
        {
            pen.Polygon("sail", [(-0.04, 0.32), (-w * 0.7, 0.32), (-0.04, 0.85)], light: 0.92);
        }

        pen.Polygon("hull", [(-w, 0.24), (w, 0.24), (w * 0.7, 0), (-w * 0.7, 0)]);
    }

    public static void Airplane(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("body", main);
        string c = Other(random, ["red", "blue", "yellow", "grey", "orange", "green", "white"], main);
        pen.Colour("wing", c);
        pen.Colour("tail", c);
        pen.Colour("windows", Other(random, ["blue", "black"], main, c));
        pen.Polygon("tail", [(-1.15, 0.55), (-0.75, 0.55), (-1.0, 1.0), (-1.25, 1.0)]);
        pen.Ellipse("body", 0, 0.45, 1.2, 0.27);

        foreach (double cx in (double[])[-0.3, 0.05, 0.4, 0.75])
        {
            pen.Ellipse("windows", cx, 0.54, 0.085, detail: true);
        }

        pen.Polygon("wing", [(-0.1, 0.42), (0.42, 0.42), (-0.15, 0.0), (-0.5, 0.0)]);
    }

    public static void HotAirBalloon(Pen pen, string main)
    {
        DrawingRandom random = pen.Random;
        pen.Colour("envelope", main, random.Share() < 0.4 ? [(random.Choice("bars", "stripes"), 0.16)] : []);
        pen.Colour("basket", "brown");
        pen.Tint("rope", (90, 70, 50));

        foreach (double x in (double[])[-0.09, 0.09])
        {
            pen.Line("rope", [(x, 0.14), (x * 1.7, 0.36)], 0.016, detail: true);
        }

        pen.Ellipse("envelope", 0, 0.66, 0.35, 0.34);
        pen.Polygon("envelope", [(-0.29, 0.48), (0.29, 0.48), (0.11, 0.27), (-0.11, 0.27)], detail: true);
        pen.Rectangle("basket", -0.12, 0, 0.12, 0.17);
    }
}
