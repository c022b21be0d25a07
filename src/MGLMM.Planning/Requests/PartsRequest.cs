using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>The parts of a thing: "what are the parts of the house", "does the car have wheels".</summary>
internal static class PartsRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> All(Match match, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, found))
        {
            yield return step;
        }

        foreach (KnownRegion? region in found.Regions.Take(1))
        {
            PlannedCall parts = PlannedCall.Segment(context.Image, "part", region.Handle);
            yield return [parts];
            if (parts.Empty)
            {
                context.Say($"I found {region}, but the model sees no parts of it.");
            }
            else if (context.Tell(parts))
            {
                foreach (IReadOnlyList<PlannedCall> step in context.Draw(parts.Set!, "overlay", $"The parts of {region.Handle}, marked"))
                {
                    yield return step;
                }
            }
        }
    }

    public static IEnumerable<IReadOnlyList<PlannedCall>> Has(Match match, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, found))
        {
            yield return step;
        }

        foreach (KnownRegion? region in found.Regions.Take(1))
        {
            Target parts = new();
            string name = Wanted.Read(match.Groups["part"].Value).Expression;
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Parts(region, name, parts))
            {
                yield return step;
            }

            context.Say(parts.Regions.Count > 0
                ? $"Yes: among the parts of {region} the model names {Sentences.Listed(parts.Regions)}."
                : parts.Excuse ?? string.Empty);
        }
    }
}
