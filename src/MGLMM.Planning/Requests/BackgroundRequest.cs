using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Requests;

/// <summary>The background: what the model names in the picture that is no object. "What is in the background".</summary>
internal static class BackgroundRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        (Target seen, Target objects) = (new Target(), new Target());
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Seen(seen).Concat(context.Find.Everything(objects)))
        {
            yield return step;
        }

        KnownRegion[] background = [.. seen.Regions.Where(region => region.Phrase.Length > 0 && !objects.Regions.Any(one => EnglishPhrases.Same(one.Phrase, region.Phrase)))];
        Target pointed = Target.Holding(background);
        context.PointAt(pointed);
        context.Say(background.Length == 0 ? seen.Excuse ?? "The model names no background." : $"The background, by the model's names: {Sentences.All(background)}.");
    }
}
