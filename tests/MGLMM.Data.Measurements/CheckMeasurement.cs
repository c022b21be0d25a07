using System.Globalization;
using System.Text.RegularExpressions;
using MGLMM.Data.Annotation;
using MGLMM.Data.Annotation.Captions;
using MGLMM.Data.Annotation.Checks;
using MGLMM.Data.Annotation.Steps;

namespace MGLMM.Data.Measurements;

/// <summary>The tree from true masks, and what every check finds of noise that was put into the truth.</summary>
internal static partial class CheckMeasurement
{
    /// <summary>Whether the tree of true masks is the true tree, scene by scene.</summary>
    public static async Task TreeAsync(string folder, int? limit)
    {
        (Tally scenes, Tally regions) = (new Tally(), new Tally());
        TreeStep step = new();
        foreach (TrueScene scene in TrueScene.Read(folder, limit))
        {
            PictureAnnotation flat = scene.Truth with { Regions = [.. scene.Truth.Regions.Select(region => region with { Parent = null })] };
            PictureAnnotation tree = (await step.RunAsync(scene.Scene, flat)).Annotation;
            bool all = true;
            foreach ((AnnotatedRegion made, AnnotatedRegion wanted) in tree.Regions.Zip(scene.Truth.Regions))
            {
                bool right = made.Parent == wanted.Parent;
                all &= right;
                regions.Add(right);
                if (!right)
                {
                    Console.WriteLine($"  {scene.Name}: {wanted.Label} under {tree.Find(made.Parent)?.Label ?? "the picture"} instead of {scene.Truth.Find(wanted.Parent)?.Label ?? "the picture"}");
                }
            }

            scenes.Add(all);
        }

        Console.WriteLine($"tree from true masks: scenes exact {scenes}, regions {regions}");
    }

    /// <summary>Precision and recall of every check.</summary>
    public static async Task NoiseAsync(string folder, int? limit, IGroundingModel model, CancellationToken cancellationToken)
    {
        IAnnotationCheck[] checks = [.. AnnotationSteps.Checks(model)];
        Dictionary<(string Check, string Kind), Tally> recall = new();
        Dictionary<string, Tally> precision = new(StringComparer.Ordinal);
        Dictionary<string, Tally> falseAlarms = new(StringComparer.Ordinal);
        (Tally coverageRecall, Tally coveragePrecision, Tally sides, Tally sidesFalse, Tally markup, Tally markupFalse) = (new(), new(), new(), new(), new(), new());
        Random random = new(1);
        TemplateComposer composer = new();
        int scenes = 0;
        foreach (TrueScene scene in TrueScene.Read(folder, limit).TakeWhile(_ => !cancellationToken.IsCancellationRequested))
        {
            foreach (IAnnotationCheck check in checks.Where(check => check is not (CoverageCheck or MarkupCheck or PlaceCheck)))
            {
                CheckResult clean = await check.CheckAsync(scene.Scene, scene.Truth);
                HashSet<string> flagged = [.. clean.Findings.Select(finding => finding.Region!)];
                foreach (AnnotatedRegion region in scene.Truth.Regions)
                {
                    Add(falseAlarms, check.Name, flagged.Contains(region.Id));
                }
            }

            foreach (string kind in Noise.Kinds)
            {
                if (Noise.Spoil(scene.Truth, kind, random) is not ({ } spoilt, { } wrong))
                {
                    continue;
                }

                foreach (IAnnotationCheck check in checks.Where(check => check is not (CoverageCheck or MarkupCheck or PlaceCheck)))
                {
                    HashSet<string> flagged = [.. (await check.CheckAsync(scene.Scene, spoilt)).Findings.Select(finding => finding.Region).OfType<string>()];
                    bool found = kind is "doubled" or "swapped name" ? wrong.Overlaps(flagged) : wrong.IsSubsetOf(flagged);
                    if (!recall.TryGetValue((check.Name, kind), out Tally? tally))
                    {
                        recall.Add((check.Name, kind), tally = new Tally());
                    }

                    tally.Add(found);
                    foreach (string region in flagged)
                    {
                        Add(precision, check.Name, wrong.Contains(region));
                    }
                }
            }

            await CoverageAsync(scene, random, coverageRecall, coveragePrecision);
            NodeCaption caption = (await composer.ComposeAsync(scene.Scene, scene.Truth, null))!;
            await CaptionAsync(scene, new PlaceCheck(), caption, Turned(caption), sides, sidesFalse);
            await CaptionAsync(scene, new MarkupCheck(), caption, random.Next(2) == 0 ? Lost(caption) : Twice(caption), markup, markupFalse);
            Progress.Tell(++scenes);
        }

        Console.WriteLine($"{scenes} scenes");

        string[] names = [.. precision.Keys.Union(falseAlarms.Keys).Order(StringComparer.Ordinal)];
        Console.WriteLine($"| check | {string.Join(" | ", Noise.Kinds)} | precision | false alarms on the truth |\n|---|{string.Concat(Noise.Kinds.Select(_ => "---|"))}---|---|");
        foreach (string name in names)
        {
            string[] cells = [.. Noise.Kinds.Select(kind => recall.TryGetValue((name, kind), out Tally? tally) && tally.All > 0 ? string.Create(CultureInfo.InvariantCulture, $"{(double)tally.Right / tally.All:F2}") : "-")];
            Console.WriteLine($"| {name} | {string.Join(" | ", cells)} | {(precision.TryGetValue(name, out Tally? right) ? right : "-")} | {falseAlarms[name]} |");
        }

        Console.WriteLine($"coverage: dropped masks found {coverageRecall}, findings on dropped masks {coveragePrecision}");
        Console.WriteLine($"places: turned sides found {sides}, true captions flagged {sidesFalse}");
        Console.WriteLine($"markup: lost or repeated phrases found {markup}, whole captions flagged {markupFalse}");
    }

    private static async Task CoverageAsync(TrueScene scene, Random random, Tally recall, Tally precision)
    {
        AnnotatedRegion[] roots = [.. scene.Truth.Regions.Where(region => region.Parent is null && region.Mask.Area > 0.006 * scene.Truth.Width * scene.Truth.Height)];
        AnnotatedRegion dropped = roots[random.Next(roots.Length)];
        PictureAnnotation without = scene.Truth with { Regions = [.. scene.Truth.Regions.Where(region => region.Id != dropped.Id && region.Parent != dropped.Id)] };
        CheckResult result = await new CoverageCheck().CheckAsync(scene.Scene, without);
        bool[] hits = [.. result.Findings.Select(finding => Place().Match(finding.Detail)).Select(match => Near(dropped, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)))];
        recall.Add(hits.Contains(true));
        Array.ForEach(hits, precision.Add);
    }

    private static bool Near(AnnotatedRegion region, int x, int y) => region.Mask.Box.Inflate(2).Contains(x, y);

    private static async Task CaptionAsync(TrueScene scene, IAnnotationCheck check, NodeCaption caption, NodeCaption? spoilt, Tally found, Tally flagged)
    {
        // The other nodes have no captions here, which the mark-up check tells of too.
        CheckResult clean = await check.CheckAsync(scene.Scene, scene.Truth with { Captions = [caption] });
        flagged.Add(clean.Findings.Any(finding => finding.Region is null));
        if (spoilt is not null)
        {
            CheckResult result = await check.CheckAsync(scene.Scene, scene.Truth with { Captions = [spoilt] });
            found.Add(result.Findings.Any(finding => finding.Region is null));
        }
    }

    private static NodeCaption? Turned(NodeCaption caption)
    {
        string text = caption.Text.Contains("On the left", StringComparison.Ordinal) ? caption.Text.Replace("On the left", "On the right", StringComparison.Ordinal)
            : caption.Text.Replace("On the right", "On the left", StringComparison.Ordinal);
        return text == caption.Text ? null : caption with { Text = text };
    }

    private static NodeCaption Lost(NodeCaption caption)
    {
        TaggedPhrase phrase = TaggedCaption.Phrases(caption.Text)[0];
        return caption with { Text = caption.Text[..phrase.Start] + phrase.Words + caption.Text[phrase.End..] };
    }

    private static NodeCaption Twice(NodeCaption caption)
    {
        TaggedPhrase phrase = TaggedCaption.Phrases(caption.Text)[^1];
        return caption with { Text = caption.Text + $" There is also {caption.Text[phrase.Start..phrase.End]}." };
    }

    private static void Add(Dictionary<string, Tally> tallies, string name, bool right)
    {
        if (!tallies.TryGetValue(name, out Tally? tally))
        {
            tallies.Add(name, tally = new Tally());
        }

        tally.Add(right);
    }

    [GeneratedRegex(@"x (\d+), y (\d+)")]
    private static partial Regex Place();
}
