namespace MGLMM.Evaluation.Drawing;

/// <summary>Paints the picture of a scene: paints, patterns, light, a little noise and blur.</summary>
internal static class ScenePicture
{
    /// <summary>Paints the picture.</summary>
    /// <param name="composer">The scene.</param>
    /// <param name="shown">The shapes of the shown pixels.</param>
    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    /// <param name="seed">The scene's.</param>
    public static RgbImage Paint(SceneComposer composer, int[] shown, int width, int height, ulong seed)
    {
        DrawingRandom random = new(~seed);
        (double Red, double Green, double Blue)[] paints = [.. composer.Canvas.Shapes.Select(shape => Lit(shape.Paint, composer.Light))];
        double[] picture = Reduced(composer.Canvas, paints, width, height);
        double[] gains = Gains(composer, shown, width, height, random);
        double mean = 0;
        for (int index = 0; index < picture.Length; index++)
        {
            picture[index] *= 1 + gains[index / 3];
            mean += picture[index];
        }

        mean /= picture.Length;
        double contrast = random.Share() < 0.5 ? random.Between(0.85, 1.12) : 1;
        double[] cast = [random.Between(-6, 6), random.Between(-6, 6), random.Between(-6, 6)];
        double grain = random.Share() < 0.35 ? random.Between(1.5, 9) : 0;
        for (int index = 0; index < width * height; index++)
        {
            double speck = grain > 0 ? random.Normal() * grain : 0;
            for (int channel = 0; channel < 3; channel++)
            {
                picture[(index * 3) + channel] = ((picture[(index * 3) + channel] - mean) * contrast) + mean + cast[channel] + speck;
            }
        }

        if (random.Share() < 0.2)
        {
            picture = Blurred(picture, width, height, random.Between(0.3, 0.9) * Math.Max(width, height) / 256);
        }

        return RgbImage.FromPixels(Array.ConvertAll(picture, value => (byte)Math.Clamp(value, 0, 255)), width, height);
    }

    private static (double Red, double Green, double Blue) Lit((double Red, double Green, double Blue) paint, string light)
    {
        (double red, double green, double blue) = paint;
        double grey = (red + green + blue) / 3;
        return light switch
        {
            "night" => (red * 0.62, green * 0.66, blue * 0.8),
            "evening" => (red, green * 0.92, blue * 0.86),
            "overcast" => ((grey + ((red - grey) * 0.82)) * 0.93, (grey + ((green - grey) * 0.82)) * 0.93, (grey + ((blue - grey) * 0.82)) * 0.93),
            _ => paint,
        };
    }

    /// <summary>The fine pixels' mean in each shown one.</summary>
    private static double[] Reduced(DrawingCanvas canvas, (double Red, double Green, double Blue)[] paints, int width, int height)
    {
        const double Share = 1.0 / (SceneComposer.Fineness * SceneComposer.Fineness);
        double[] picture = new double[width * height * 3];
        for (int y = 0; y < height * SceneComposer.Fineness; y++)
        {
            for (int x = 0; x < width * SceneComposer.Fineness; x++)
            {
                (double red, double green, double blue) = paints[canvas.Numbers[(y * canvas.Width) + x]];
                int at = (((y / SceneComposer.Fineness) * width) + (x / SceneComposer.Fineness)) * 3;
                picture[at] += red * Share;
                picture[at + 1] += green * Share;
                picture[at + 2] += blue * Share;
            }
        }

        return picture;
    }

    private static double[] Gains(SceneComposer composer, int[] shown, int width, int height, DrawingRandom random)
    {
        double step = Math.Max(2, random.Between(0.018, 0.05) * composer.Canvas.Scale / SceneComposer.Fineness);
        (double phase, double light, double bright) = (random.Share(), random.Between(-0.14, 0.14), random.Between(-0.06, 0.05));
        double[] noise = Noise(width, height, random);
        Effects[] effects = [.. composer.Canvas.Shapes.Select(shape => shape.Effects)];
        double[] gains = new double[shown.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Effects effect = effects[shown[(y * width) + x]];
                double pattern = effect.Pattern is { } name && IsOn(name, (x / step) + phase, (y / step) + phase) ? effect.PatternStrength : 0;
                gains[(y * width) + x] = bright - light + (2 * light * x / Math.Max(1, width - 1)) - pattern
                    + (effect.Gradient * (((double)y / Math.Max(1, height - 1)) - 0.5)) + (effect.Noise * noise[(y * width) + x]);
            }
        }

        return gains;
    }

    private static bool IsOn(string pattern, double x, double y) => pattern switch
    {
        "stripes" => y % 2 < 0.9,
        "bars" => x % 2 < 0.9,
        "diagonal" => (x + y) % 2 < 0.9,
        "dots" => (((x % 2) - 1) * ((x % 2) - 1)) + (((y % 2) - 1) * ((y % 2) - 1)) < 0.36,
        _ => (x % 2 < 1) != (y % 2 < 1),
    };

    /// <summary>Noise of about three pixels' grain, from -0.5 to 0.5.</summary>
    private static double[] Noise(int width, int height, DrawingRandom random)
    {
        const int Grain = 3;
        (int columns, int rows) = ((width / Grain) + 2, (height / Grain) + 2);
        double[] coarse = new double[columns * rows];
        for (int index = 0; index < coarse.Length; index++)
        {
            coarse[index] = random.Share() - 0.5;
        }

        double[] noise = new double[width * height];
        for (int y = 0; y < height; y++)
        {
            (int row, double down) = (y / Grain, (double)(y % Grain) / Grain);
            for (int x = 0; x < width; x++)
            {
                (int column, double right) = (x / Grain, (double)(x % Grain) / Grain);
                int at = (row * columns) + column;
                double upper = coarse[at] + ((coarse[at + 1] - coarse[at]) * right);
                double lower = coarse[at + columns] + ((coarse[at + columns + 1] - coarse[at + columns]) * right);
                noise[(y * width) + x] = upper + ((lower - upper) * down);
            }
        }

        return noise;
    }

    private static double[] Blurred(double[] picture, int width, int height, double sigma)
    {
        int reach = Math.Max(1, (int)Math.Ceiling(3 * sigma));
        double[] weights = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(offset => Math.Exp(-offset * offset / (2 * sigma * sigma)))];
        double sum = weights.Sum();
        return Pass(Pass(picture, 1, 0), 0, 1);

        double[] Pass(double[] source, int stepX, int stepY)
        {
            double[] blurred = new double[source.Length];
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    for (int offset = -reach; offset <= reach; offset++)
                    {
                        int from = ((Math.Clamp(y + (offset * stepY), 0, height - 1) * width) + Math.Clamp(x + (offset * stepX), 0, width - 1)) * 3;
                        for (int channel = 0; channel < 3; channel++)
                        {
                            blurred[(((y * width) + x) * 3) + channel] += source[from + channel] * weights[offset + reach] / sum;
                        }
                    }
                }
            }

            return blurred;
        }
    }
}
