using System.Globalization;
using MGLMM.Data.Annotation;
using MGLMM.Data.Annotation.Checks;
using MGLMM.Data.Annotation.Language;
using MGLMM.Data.Annotation.Runs;
using MGLMM.Data.Annotation.Steps;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Measurements;

/// <summary>
/// Files to train on, about the same pictures: their true annotations, these with noise (<c>raw</c>), what the checks that need no model leave of that
/// (<c>checked</c>), and what is left where a model is asked too (<c>asked</c>). A sample describes the picture, and one asks for each region whose phrase is no other's.
/// </summary>
internal static class TrainingSets
{
    /// <summary>Writes <c>true</c>, <c>raw</c>, <c>checked</c> and, with a model, <c>asked</c> below a folder that has <c>truth.jsonl</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="limit">At most so many scenes.</param>
    /// <param name="noise">The share of regions that are spoilt.</param>
    /// <param name="seed">Of the noise: the same makes the same.</param>
    /// <param name="model">The model that is asked back; null for none.</param>
    /// <param name="cancellationToken">Observed at every scene.</param>
    public static async Task WriteAsync(string folder, int? limit, double noise, int seed, IGroundingModel? model, CancellationToken cancellationToken)
    {
        IAnnotationCheck[] modest = [new OutlineCheck(), new DoubleCheck(), new CoverageCheck(), new MarkupCheck(), new ColourCheck(), new PlaceCheck()];
        (string Name, CheckStep Checks, bool IsNoisy)[] wanted =
        [
            ("true", new CheckStep([]), false),
            ("raw", new CheckStep([]), true),
            ("checked", new CheckStep(modest), true),
            .. model is null ? Array.Empty<(string, CheckStep, bool)>() : [("asked", new CheckStep([.. AnnotationSteps.Checks(model)]), true)],
        ];
        Dictionary<string, (StreamWriter Writer, Tally Right, Tally Found)> arms = new(StringComparer.Ordinal);
        foreach ((string arm, CheckStep _, bool _) in wanted)
        {
            Directory.CreateDirectory(Path.Combine(folder, arm));
            arms.Add(arm, (new StreamWriter(Path.Combine(folder, arm, "segcap.jsonl")), new Tally(), new Tally()));
        }

        Random random = new(seed);
        int scenes = 0;
        foreach (TrueScene scene in TrueScene.Read(folder, limit))
        {
            cancellationToken.ThrowIfCancellationRequested();
            PictureAnnotation raw = scene.Truth;
            for (int spoilt = (int)Math.Round(noise * scene.Truth.Regions.Count); spoilt > 0; spoilt--)
            {
                raw = Noise.Spoil(raw, Noise.Kinds[random.Next(Noise.Kinds.Length)], random)?.Annotation ?? raw;
            }

            foreach ((string arm, CheckStep checks, bool isNoisy) in wanted)
            {
                PictureAnnotation annotation = (await checks.RunAsync(scene.Scene, isNoisy ? raw : scene.Truth, cancellationToken)).Annotation;
                foreach (SegCapSample sample in Samples(scene, annotation))
                {
                    await arms[arm].Writer.WriteAsync(System.Text.Encoding.UTF8.GetString(SegCapWriter.ToUtf8(sample)) + "\n");
                }

                // Right is a region that is a true one to the name, with a mask of IoU .9 and no colour that is false.
                foreach (AnnotatedRegion region in annotation.Regions)
                {
                    arms[arm].Right.Add(scene.Truth.Regions.Any(truth => IsRight(region, truth)));
                }

                foreach (AnnotatedRegion truth in scene.Truth.Regions)
                {
                    arms[arm].Found.Add(annotation.Regions.Any(region => IsRight(region, truth)));
                }
            }

            Progress.Tell(++scenes);
        }

        foreach ((string arm, (StreamWriter writer, Tally right, Tally found)) in arms)
        {
            await writer.DisposeAsync();
            Console.WriteLine($"{arm}: regions right {right}, true regions found {found}");
        }
    }

    private static bool IsRight(AnnotatedRegion region, AnnotatedRegion truth) =>
        region.Label == truth.Label && region.Mask.IntersectionOverUnion(truth.Mask) >= 0.9 && PhraseWords.Colours(region.Phrase!).All(colour => PhraseWords.Colours(truth.Phrase!).Contains(colour, StringComparer.Ordinal));

    private static IEnumerable<SegCapSample> Samples(TrueScene scene, PictureAnnotation annotation)
    {
        string image = "../" + scene.Name;
        SegCapSample? root = AnnotatedSamples.Of(scene.Name, image, string.Empty, annotation).FirstOrDefault(sample => sample.Task == "panoptic");
        if (root is null)
        {
            yield break;
        }

        yield return root with { Regions = [] };
        foreach ((int index, AnnotatedRegion region) in annotation.Regions.Index().Where(entry => entry.Item.Parent is null && annotation.Regions.Count(other => other.Phrase == entry.Item.Phrase) == 1))
        {
            yield return root with
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"{root.Id}-{index}"),
                Task = "refer_one",
                Granularity = null,
                Instruction = $"Find {PhraseWords.Definite(region.Phrase!)}.",
                Answer = $"<p> {PhraseWords.Definite(region.Phrase!)} </p> [SEG] .",
                Masks = [RunLengths.Of(region.Mask)],
                Labels = [region.Label!],
                Regions = [],
            };
        }
    }
}
