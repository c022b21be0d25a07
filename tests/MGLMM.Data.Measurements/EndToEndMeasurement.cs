using System.Globalization;
using MGLMM.Data.Annotation;
using MGLMM.Data.Annotation.Checks;
using MGLMM.Data.Annotation.Language;
using MGLMM.Data.Annotation.Steps;
using MGLMM.Masks;

namespace MGLMM.Data.Measurements;

/// <summary>The whole pipeline against the truth, with and without the checks, and with the checks looking at another picture.</summary>
internal static class EndToEndMeasurement
{
    private const double LeastIou = 0.5;

    public static async Task RunAsync(string folder, int? limit, IGroundingModel model, IReadOnlyList<string> proposals, bool tellFalse, CancellationToken cancellationToken)
    {
        AnnotationPipeline raw = new(AnnotationSteps.Default(model, new AnnotationStepOptions { Checked = false, Proposals = proposals }));
        AnnotationPipeline whole = new(AnnotationSteps.Default(model, new AnnotationStepOptions { Proposals = proposals }));
        AnnotationPipeline open = new(AnnotationSteps.Default(model, new AnnotationStepOptions { Proposals = proposals, LeastConfidence = 0 }));
        (Score without, Score with, Score shuffled, Score unchecked_) = (new Score(), new Score(), new Score(), new Score());
        List<(double Confidence, bool Right, bool Found)> ranked = new();
        Dictionary<string, Tally> drops = new(StringComparer.Ordinal);
        TrueScene? previous = null;
        int truths = 0;
        int scenes = 0;
        foreach (TrueScene scene in TrueScene.Read(folder, limit).TakeWhile(_ => !cancellationToken.IsCancellationRequested))
        {
            PictureAnnotation plain = (await raw.AnnotateAsync(scene.Scene))[^1].Annotation;
            without.Add(plain, scene.Truth, null);
            IReadOnlyList<AnnotationStepResult> steps = await whole.AnnotateAsync(scene.Scene);
            PictureAnnotation checked_ = steps[^1].Annotation;
            string?[] matches = with.Add(checked_, scene.Truth, tellFalse ? scene.Name : null);
            truths += scene.Truth.Regions.Count;
            PictureAnnotation all = (await open.AnnotateAsync(scene.Scene))[^1].Annotation;
            foreach ((AnnotatedRegion region, string? match) in all.Regions.Zip(Matched(all, scene.Truth)))
            {
                ranked.Add((region.Confidence, match is not null && scene.Truth.Find(match)!.Label == region.Label, match is not null));
            }

            // What each reason took away: was it right to?
            foreach (AnnotationStepResult step in steps.Skip(1))
            {
                PictureAnnotation before = steps[Math.Max(0, steps.ToList().IndexOf(step) - 1)].Annotation;
                string?[] before_ = Matched(before, scene.Truth);
                foreach (AnnotationDrop drop in step.Dropped.Where(drop => before.Find(drop.Region) is not null))
                {
                    int index = before.Regions.ToList().FindIndex(region => region.Id == drop.Region);
                    bool wrong = before_[index] is not { } match || scene.Truth.Find(match)!.Label != before.Regions[index].Label;
                    if (!drops.TryGetValue(drop.Reason, out Tally? tally))
                    {
                        drops.Add(drop.Reason, tally = new Tally());
                    }

                    tally.Add(wrong);
                    if (tellFalse && !wrong && drop.Reason != "it is there already")
                    {
                        Console.WriteLine($"  {scene.Name}: taken away though right, {before.Regions[index].Phrase}: {drop.Reason} ({drop.Detail})");
                    }
                }
            }

            if (previous is not null)
            {
                // Regions of this picture, checked by looking at the one before.
                AnnotationScene other = previous.Scene;
                if (other.Image.Width == scene.Scene.Image.Width && other.Image.Height == scene.Scene.Image.Height)
                {
                    unchecked_.Add(plain, scene.Truth, null);
                    PictureAnnotation judged = (await new CheckStep(AnnotationSteps.Checks(model)).RunAsync(other, plain)).Annotation;
                    shuffled.Add(judged, previous.Truth, null);
                }
            }

            previous = scene;
            Progress.Tell(++scenes);
        }

        Console.WriteLine($"{scenes} scenes, {truths} true regions");

        Console.WriteLine("| | pictures | regions | mask recall | mask purity | purity with the name | true claims | kinds | colours | places | part of | captions |\n|---|---|---|---|---|---|---|---|---|---|---|---|");
        without.Print("without checks");
        with.Print("with checks");
        unchecked_.Print("pictures of a size, without checks");
        shuffled.Print("the same, checked against another picture");
        Console.WriteLine("\n| least confidence | regions | yield (recall of the truth) | purity with the name | mask purity |\n|---|---|---|---|---|");
        foreach (double least in (double[])[0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95])
        {
            (double Confidence, bool Right, bool Found)[] kept = [.. ranked.Where(entry => entry.Confidence >= least)];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {least:F2} | {kept.Length} | {(double)kept.Count(entry => entry.Right) / truths:F3} | {(double)kept.Count(entry => entry.Right) / Math.Max(1, kept.Length):F3} | {(double)kept.Count(entry => entry.Found) / Math.Max(1, kept.Length):F3} |"));
        }

        Console.WriteLine("\n| reason | of what it took away was wrong |\n|---|---|");
        foreach ((string reason, Tally tally) in drops.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"| {reason} | {tally} |");
        }
    }

    /// <summary>For each region the true one that it is: one to one, by falling IoU, at least .5.</summary>
    private static string?[] Matched(PictureAnnotation made, PictureAnnotation truth)
    {
        List<(double Iou, int Made, int True)> pairs = new();
        for (int first = 0; first < made.Regions.Count; first++)
        {
            for (int second = 0; second < truth.Regions.Count; second++)
            {
                double iou = made.Regions[first].Mask.IntersectionOverUnion(truth.Regions[second].Mask);
                if (iou >= LeastIou)
                {
                    // Of a thing and a part that is nearly all of it, the name decides.
                    pairs.Add((iou + (made.Regions[first].Label == truth.Regions[second].Label ? 1 : 0), first, second));
                }
            }
        }

        string?[] matches = new string?[made.Regions.Count];
        HashSet<int> taken = new();
        foreach ((_, int first, int second) in pairs.OrderByDescending(pair => pair.Iou))
        {
            if (matches[first] is null && taken.Add(second))
            {
                matches[first] = truth.Regions[second].Id;
            }
        }

        return matches;
    }

    private sealed class Score
    {
        private readonly Tally _recall = new(), _purity = new(), _named = new(), _claims = new(), _kinds = new(), _colours = new(), _places = new(), _parts = new();
        private int _pictures;
        private int _regions;
        private int _captions;

        public string?[] Add(PictureAnnotation made, PictureAnnotation truth, string? tell)
        {
            _pictures++;
            _regions += made.Regions.Count;
            _captions += made.Captions.Count;
            string?[] matches = Matched(made, truth);
            Dictionary<string, AnnotatedRegion> byId = new(StringComparer.Ordinal);
            foreach ((AnnotatedRegion region, string? match) in made.Regions.Zip(matches))
            {
                _purity.Add(match is not null);
                if (match is not null)
                {
                    byId.Add(region.Id, truth.Find(match)!);
                }
            }

            foreach (AnnotatedRegion wanted in truth.Regions)
            {
                _recall.Add(matches.Contains(wanted.Id, StringComparer.Ordinal));
            }

            foreach (AnnotatedRegion region in made.Regions)
            {
                AnnotatedRegion? real = byId.GetValueOrDefault(region.Id);
                bool kind = real is not null && real.Label == region.Label;
                _named.Add(kind);
                Claim(_kinds, kind, $"{region.Phrase} is {real?.Phrase ?? "nothing"}");
                foreach (string colour in PhraseWords.Colours(region.Phrase!))
                {
                    Claim(_colours, real is not null && PhraseWords.Colours(real.Phrase!).Contains(colour, StringComparer.Ordinal), $"{region.Phrase} is {real?.Phrase ?? "nothing"}");
                }

                if (region.Parent is { } parent)
                {
                    Claim(_parts, real is not null && real.Parent == byId.GetValueOrDefault(parent)?.Id, $"{region.Phrase} is part of {made.Find(parent)!.Phrase}, really {real?.Phrase ?? "nothing"} of {truth.Find(real?.Parent)?.Phrase ?? "nothing"}");
                }
            }

            // What captions tell of places, judged by the true masks of what they name.
            PictureAnnotation real_ = made with { Regions = [.. made.Regions.Select(region => byId.TryGetValue(region.Id, out AnnotatedRegion? real) ? region with { Mask = real.Mask } : region)] };
            foreach (NodeCaption caption in made.Captions)
            {
                foreach (PlaceClaim claim in PlaceCheck.Claims(real_, caption))
                {
                    bool known = byId.ContainsKey(claim.Region) && (claim.Other is null || byId.ContainsKey(claim.Other));
                    Claim(_places, known && claim.Holds, claim.Words);
                }
            }

            return matches;

            void Claim(Tally tally, bool right, string words)
            {
                tally.Add(right);
                _claims.Add(right);
                if (!right && tell is not null)
                {
                    Console.WriteLine($"  {tell}: {words}");
                }
            }
        }

        public void Print(string name) =>
            Console.WriteLine($"| {name} | {_pictures} | {_regions} | {_recall} | {_purity} | {_named} | {_claims} | {_kinds} | {_colours} | {_places} | {_parts} | {_captions} |");
    }
}
