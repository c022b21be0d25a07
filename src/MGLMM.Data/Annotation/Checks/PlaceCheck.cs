using System.Text.RegularExpressions;
using MGLMM.Data.Annotation.Captions;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Checks;

/// <summary>
/// Sides and directions that captions tell hold in the masks: "on the left" and the like for the phrases that they belong to, "above it", "X to the left of
/// Y" and the like for two phrases. English; what is said in other words is not judged. Thread-safe.
/// </summary>
public sealed partial class PlaceCheck : IAnnotationCheck
{
    /// <inheritdoc/>
    public string Name => "places";

    /// <inheritdoc/>
    public string Settings => "places 1";

    /// <inheritdoc/>
    public bool ReadsCaptions => true;

    /// <inheritdoc/>
    public Task<CheckResult> CheckAsync(AnnotationScene scene, PictureAnnotation annotation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(annotation);
        List<CheckFinding> findings = new();
        foreach (NodeCaption caption in annotation.Captions)
        {
            foreach (PlaceClaim claim in Claims(annotation, caption).Where(claim => !claim.Holds))
            {
                findings.Add(new CheckFinding(caption.Node, CheckRemedy.Recompose, "a caption tells a place that does not hold", claim.Words));
            }
        }

        return Task.FromResult(new CheckResult(findings, new Dictionary<string, double>()));
    }

    /// <summary>Every side and direction that a caption tells, and whether it holds.</summary>
    internal static IReadOnlyList<PlaceClaim> Claims(PictureAnnotation annotation, NodeCaption caption)
    {
        List<PlaceClaim> claims = new();
        PixelBox around = RegionFacts.Around(annotation, caption.Node);
        foreach ((string sentence, int start) in TaggedCaption.Sentences(caption.Text))
        {
            TaggedPhrase[] phrases = [.. TaggedCaption.Phrases(caption.Text).Where(phrase => phrase.Start >= start && phrase.End <= start + sentence.Length)];
            TaggedPhrase? heading = null;
            string? side = null;
            int at = 0;
            foreach (TaggedPhrase phrase in phrases)
            {
                string before = sentence[at..(phrase.Start - start)];
                AnnotatedRegion? region = annotation.Find(phrase.Id);
                side = Side(before, atStart: at == 0 || before.Contains(';', StringComparison.Ordinal)) ?? (at == 0 ? null : side);
                if (region is not null && side is not null)
                {
                    claims.Add(new PlaceClaim(region.Id, side, null, RegionFacts.Holds(side, region.Mask, around), $"{phrase.Words} {side}"));
                }

                if (region is not null && heading is { } previous && annotation.Find(previous.Id) is { } other && Direction(before) is (var relation, var turned))
                {
                    // "A above B" speaks of the first; "A, above it B" of the second.
                    (AnnotatedRegion subject, AnnotatedRegion ground) = turned ? (region, other) : (other, region);
                    claims.Add(new PlaceClaim(subject.Id, relation, ground.Id, RegionFacts.Holds(relation, subject.Mask, ground.Mask), $"{subject.Phrase} {relation} {ground.Phrase}"));
                }

                string after = sentence[(phrase.End - start)..];
                if (region is not null && After().Match(after) is { Success: true } match && SideName(match.Groups[1].Value) is { } behind)
                {
                    claims.Add(new PlaceClaim(region.Id, behind, null, RegionFacts.Holds(behind, region.Mask, around), $"{phrase.Words} {behind}"));
                }

                heading = phrase;
                at = phrase.End - start;
            }
        }

        return claims;
    }

    /// <summary>A side that is told before a phrase, at the front of a sentence: it holds for all phrases up to the next one.</summary>
    private static string? Side(string before, bool atStart) => atStart && Front().Match(before) is { Success: true } match ? SideName(match.Groups[1].Value) : null;

    private static string? SideName(string words) => words.ToLowerInvariant() switch
    {
        "left" => RelationNames.OnTheLeft,
        "right" => RelationNames.OnTheRight,
        "middle" or "centre" or "center" => RelationNames.InTheMiddle,
        "top" => RelationNames.AtTheTop,
        "bottom" => RelationNames.AtTheBottom,
        _ => null,
    };

    private static (string Relation, bool Turned)? Direction(string between)
    {
        Match match = Between().Match(between);
        if (!match.Success)
        {
            return null;
        }

        string relation = match.Groups[1].Value.ToLowerInvariant() switch
        {
            "above" or "over" => RelationNames.Above,
            "below" or "under" or "beneath" or "underneath" => RelationNames.Below,
            string words when words.Contains("left", StringComparison.Ordinal) => RelationNames.LeftOf,
            _ => RelationNames.RightOf,
        };
        return (relation, match.Groups[2].Success && match.Groups[2].Length > 0);
    }

    [GeneratedRegex(@"^\s*(?:\p{L}+\s*,\s*)?(?:on|in|at) the (left|right|middle|cent(?:re|er)|top|bottom)\b(?!\s+of\s+(?:it|them|the)\b)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Front();

    [GeneratedRegex(@"^\s*(?:is |are |stands? |stand |lies? )?(?:on|in|at) the (left|right|middle|cent(?:re|er)|top|bottom)\b(?!\s+of\s+(?:it|them|<r))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex After();

    [GeneratedRegex(@"\b(above|over|below|under|beneath|underneath|to the left of|left of|to the right of|right of)\b\s*(it|them)?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Between();
}

/// <summary>A side or direction that a caption tells.</summary>
/// <param name="Region">Of whom.</param>
/// <param name="Relation">A name of <see cref="RelationNames"/>.</param>
/// <param name="Other">From whom; null for a side of the surroundings.</param>
/// <param name="Holds">Whether it holds in the masks.</param>
/// <param name="Words">The claim in words.</param>
internal sealed record PlaceClaim(string Region, string Relation, string? Other, bool Holds, string Words);
