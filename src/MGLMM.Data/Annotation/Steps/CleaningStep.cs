using System.Globalization;
using MGLMM.Data.Annotation.Cleaning;
using MGLMM.Data.Annotation.Language;
using MGLMM.Language;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Steps;

/// <summary>
/// Cleans masks: islands and holes go, then what is too small, then what is there twice (the mask that the others agree with most stays, and the name
/// that most of them have), then what the model does not mark again in the mirrored picture. Thread-safe.
/// </summary>
/// <param name="options">Null takes the defaults.</param>
/// <param name="model">Who is shown the mirrored picture; null leaves that out. Not disposed.</param>
public sealed class CleaningStep(CleaningOptions? options = null, IGroundingModel? model = null) : IAnnotationStep
{
    private const string Stability = "stability";

    /// <summary>What a mask counts that comes out again under another name.</summary>
    private const double OtherName = 0.6;

    private readonly CleaningOptions _options = options ?? new CleaningOptions();

    /// <inheritdoc/>
    public string Name => "cleaning";

    /// <inheritdoc/>
    public string Settings => $"cleaning 2: {_options.Written}{(model is null ? string.Empty : " mirrored")}";

    /// <inheritdoc/>
    public async Task<AnnotationStepResult> RunAsync(AnnotationScene scene, PictureAnnotation before, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(before);
        (List<AnnotatedRegion> kept, List<AnnotationDrop> dropped) = (new List<AnnotatedRegion>(), new List<AnnotationDrop>());
        long least = Math.Max(_options.LeastPixels, (long)Math.Ceiling(_options.LeastAreaShare * before.Width * before.Height));
        foreach (AnnotatedRegion region in before.Regions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Mask mask = WithoutIslands(region.Mask);
            if (mask.Area < least)
            {
                dropped.Add(new AnnotationDrop(region.Id, "it is too small", string.Create(CultureInfo.InvariantCulture, $"{mask.Area} px of at least {least}")));
                continue;
            }

            kept.Add(region with { Mask = mask });
        }

        kept = WithoutDuplicates(kept, dropped);
        if (model is not null && kept.Count > 0)
        {
            string[] wholes = [.. kept.Where(region => kept.Exists(part => part.FoundIn == region.Id) && IsAlone(region, kept)).Select(region => region.Phrase!)];
            IReadOnlyList<MaskProposal> again = await MirroredView.MasksAsync(model, scene.Image, wholes, cancellationToken).ConfigureAwait(false);
            kept = Stable(kept, again, dropped);
        }

        return new AnnotationStepResult(before with { Regions = kept }, dropped);
    }

    private Mask WithoutIslands(Mask mask)
    {
        double least = _options.IslandShare * mask.Area;
        IReadOnlyList<Mask> pieces = mask.ConnectedComponents();
        Mask kept = pieces.Count < 2 ? mask : Mask.Union(pieces.Where(piece => piece.Area >= least).DefaultIfEmpty(mask.LargestPart()));
        Mask holes = kept.Holes();
        if (!holes.IsEmpty)
        {
            Mask[] small = [.. holes.ConnectedComponents().Where(hole => hole.Area < least)];
            kept = small.Length == 0 ? kept : kept.Union(Mask.Union(small));
        }

        return kept;
    }

    private List<AnnotatedRegion> WithoutDuplicates(List<AnnotatedRegion> regions, List<AnnotationDrop> dropped)
    {
        List<List<AnnotatedRegion>> groups = new();
        foreach (AnnotatedRegion region in regions)
        {
            // What one answer lists side by side is never the same thing twice by intent; where the masks say so, it is.
            List<AnnotatedRegion>? group = groups.Find(group => group[0].Mask.IntersectionOverUnion(region.Mask) >= _options.DuplicateIou);
            if (group is null)
            {
                groups.Add([region]);
            }
            else
            {
                group.Add(region);
            }
        }

        List<AnnotatedRegion> kept = new();
        Dictionary<string, string> into = new(StringComparer.Ordinal);
        foreach (List<AnnotatedRegion> group in groups)
        {
            AnnotatedRegion best = group.Count < 3 ? group[0] : group.MaxBy(one => group.Sum(other => one.Mask.IntersectionOverUnion(other.Mask)))!;
            (string? phrase, int votes) = Voted(group);
            foreach (AnnotatedRegion one in group)
            {
                into[one.Id] = group[0].Id;
            }

            AnnotatedRegion merged = best with
            {
                Id = group[0].Id,
                FoundIn = group.Select(one => one.FoundIn).FirstOrDefault(whole => whole is not null),
                Phrase = phrase,
                Label = phrase is null ? null : PhraseWords.Label(phrase),
                Sources = [.. group.SelectMany(one => one.Sources).Distinct(StringComparer.Ordinal)],
                Answers = [.. group.SelectMany(one => one.Answers).Distinct(StringComparer.Ordinal)],
            };
            kept.Add(group.Count > 1 && phrase is not null ? merged.With("votes", (double)votes / group.Count(one => one.Phrase is not null)) : merged);
            dropped.AddRange(group.Skip(1).Select(one => new AnnotationDrop(one.Id, "it is there already", group[0].Id)));
        }

        return [.. kept.Select(region => region with { FoundIn = region.FoundIn is { } whole && into.TryGetValue(whole, out string? now) && now != region.Id ? now : null })];
    }

    /// <summary>The label that most have, and of their phrases the one that says most about colours; the earlier one of equals.</summary>
    private static (string? Phrase, int Votes) Voted(List<AnnotatedRegion> group)
    {
        IGrouping<string, string>? label = group.Select(one => one.Phrase).OfType<string>().GroupBy(phrase => PhraseWords.Label(phrase), StringComparer.Ordinal).MaxBy(phrases => phrases.Count());
        if (label is null)
        {
            return (null, 0);
        }

        IGrouping<string, string> phrase = label.GroupBy(said => EnglishPhrases.WithoutArticle(said), StringComparer.OrdinalIgnoreCase)
            .OrderByDescending(said => PhraseWords.Colours(said.Key).Count > 0).ThenByDescending(said => said.Count()).First();
        return (phrase.First(), label.Count());
    }

    /// <summary>Whether no other region has the phrase, so that words can ask about this one.</summary>
    private static bool IsAlone(AnnotatedRegion region, List<AnnotatedRegion> regions) =>
        region.Phrase is { } phrase && regions.Count(other => other.Phrase is { } said && EnglishPhrases.Same(said, phrase)) == 1;

    private List<AnnotatedRegion> Stable(List<AnnotatedRegion> regions, IReadOnlyList<MaskProposal> again, List<AnnotationDrop> dropped)
    {
        List<AnnotatedRegion> kept = new();
        foreach (AnnotatedRegion region in regions)
        {
            // What was brought in or lies in one of several things of one name was not asked for in the mirrored picture.
            AnnotatedRegion? whole = regions.Find(other => other.Id == region.FoundIn);
            if (region.Answers.Count == 0 || (region.Answers.All(answer => answer.StartsWith("parts:", StringComparison.Ordinal)) && (whole is null || !IsAlone(whole, regions))))
            {
                kept.Add(region);
                continue;
            }

            double stability = again.Count == 0 ? 0 : again.Max(found => found.Mask.IntersectionOverUnion(region.Mask) * (SameLabel(found, region) ? 1 : OtherName));
            if (stability < _options.LeastStability)
            {
                dropped.Add(new AnnotationDrop(region.Id, "it is not marked again in the mirrored picture", string.Create(CultureInfo.InvariantCulture, $"{stability:F2}, {region.Phrase}")));
                continue;
            }

            kept.Add(region.With(Stability, stability));
        }

        return kept;
    }

    private static bool SameLabel(MaskProposal found, AnnotatedRegion region) => found.Phrase is { } phrase && PhraseWords.Label(phrase) == region.Label;
}
