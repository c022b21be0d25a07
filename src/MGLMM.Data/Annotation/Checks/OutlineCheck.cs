using System.Globalization;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Checks;

/// <summary>
/// The outline of a mask lies where the picture changes: the mean change along it is compared with that along outlines a few pixels further in and out. An
/// outline that is off has a better one beside it. Thread-safe.
/// </summary>
/// <param name="least">The least share of the best outline's change that the mask's own (or one a pixel off) has to have.</param>
public sealed class OutlineCheck(double least = 0.6) : IAnnotationCheck
{
    private const int Reach = 5;

    /// <summary>What is smaller has no outlines further in.</summary>
    private const int LeastArea = 60;

    /// <summary>Changes below this are noise.</summary>
    private const double LeastChange = 4;

    /// <inheritdoc/>
    public string Name => "outlines";

    /// <inheritdoc/>
    public string Settings => string.Create(CultureInfo.InvariantCulture, $"outlines 1: {least}");

    /// <inheritdoc/>
    public bool ReadsCaptions => false;

    /// <inheritdoc/>
    public Task<CheckResult> CheckAsync(AnnotationScene scene, PictureAnnotation annotation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(annotation);
        (List<CheckFinding> findings, Dictionary<string, double> evidence) = (new List<CheckFinding>(), new Dictionary<string, double>(StringComparer.Ordinal));
        double[] changes = Changes(scene.Image);
        foreach (AnnotatedRegion region in annotation.Regions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Score(region.Mask, changes) is not { } score)
            {
                continue;
            }

            evidence[region.Id] = Math.Min(1, score);
            if (score < least)
            {
                findings.Add(new CheckFinding(region.Id, CheckRemedy.DropRegion, "its outline is not where the picture changes", string.Create(CultureInfo.InvariantCulture, $"{score:F2}, {region.Phrase}")));
            }
        }

        return Task.FromResult(new CheckResult(findings, evidence));
    }

    /// <summary>The change along a mask's outline over that along the best outline near it; null where there is no change to speak of.</summary>
    internal static double? Score(Mask mask, double[] changes)
    {
        if (mask.Area < LeastArea)
        {
            return null;
        }

        (double own, double best) = (0, 0);
        for (int offset = -Reach; offset <= Reach; offset++)
        {
            Mask moved = offset < 0 ? mask.Shrink(-offset) : offset > 0 ? mask.Grow(offset) : mask;
            if (moved.Area * 3 < mask.Area)
            {
                continue;
            }

            double mean = MeanAlong(moved, changes);
            best = Math.Max(best, mean);
            own = Math.Abs(offset) <= 1 ? Math.Max(own, mean) : own;
        }

        return best < LeastChange ? null : own / best;
    }

    /// <summary>For each pixel how much the picture changes there: the largest difference of its neighbours in any channel.</summary>
    internal static double[] Changes(RgbImage image)
    {
        (int width, int height) = (image.Width, image.Height);
        double[] changes = new double[width * height];
        ReadOnlySpan<byte> pixels = image.Pixels;
        int row = width * RgbImage.Channels;
        for (int y = 1; y < height - 1; y++)
        {
            for (int x = 1; x < width - 1; x++)
            {
                (int at, int most) = ((y * row) + (x * RgbImage.Channels), 0);
                for (int channel = 0; channel < RgbImage.Channels; channel++)
                {
                    int across = Math.Abs(pixels[at + channel + RgbImage.Channels] - pixels[at + channel - RgbImage.Channels]);
                    int along = Math.Abs(pixels[at + channel + row] - pixels[at + channel - row]);
                    most = Math.Max(most, Math.Max(across, along));
                }

                changes[(y * width) + x] = most;
            }
        }

        return changes;
    }

    private static double MeanAlong(Mask mask, double[] changes)
    {
        bool[] inside = mask.ToBitmap();
        (double sum, long count) = (0, 0);
        for (int y = 1; y < mask.Height - 1; y++)
        {
            for (int x = 1; x < mask.Width - 1; x++)
            {
                int at = (y * mask.Width) + x;
                if (inside[at] && !(inside[at - 1] && inside[at + 1] && inside[at - mask.Width] && inside[at + mask.Width]))
                {
                    sum += changes[at];
                    count++;
                }
            }
        }

        return count == 0 ? 0 : sum / count;
    }
}
