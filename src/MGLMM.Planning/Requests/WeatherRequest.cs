using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>What the picture shows of the weather: things of the sky and the ground that tell it. "What is the weather like", "is it raining".</summary>
internal static class WeatherRequest
{
    private static readonly (string Words, string[] Signs)[] Kinds =
    [
        ("rain|raining|rainy|wet", ["rain", "raindrop", "puddle"]), ("snow|snowing|snowy|winter", ["snow", "snowman", "snowflake", "sled"]),
        ("sun|sunny|shining", ["sun"]), ("cloud|cloudy|overcast", ["cloud"]), ("fog|foggy|mist|misty", ["fog", "mist"]), ("night", ["moon", "star"]), ("storm|stormy|thunder|lightning", ["lightning"]),
    ];

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        Target things = new();
        Target seen = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Everything(things).Concat(context.Find.Seen(seen)))
        {
            yield return step;
        }

        KnownRegion[] all = [.. things.Regions.Concat(seen.Regions.Where(region => Nouns.IsBackground(region.Phrase)))];
        if (all.Length == 0)
        {
            context.Say(seen.Excuse ?? things.Excuse ?? "The model names nothing in the picture.");
            yield break;
        }

        string asked = match.Groups["kind"].Value;
        (string _, string[] signs) = Kinds.FirstOrDefault(row => Regex.IsMatch(asked, $"^(?:{row.Words})$", RegexOptions.IgnoreCase));
        KnownRegion[] there = Of(signs ?? [.. Kinds.SelectMany(row => row.Signs)]);
        KnownRegion[] sky = Of(["sky"]);
        Target pointed = Target.Holding(there);
        context.PointAt(pointed);
        context.Say(signs is not null
            ? there.Length > 0 ? $"The model names {Sentences.All(there)}; what the weather is beyond that it does not say." : $"The model names nothing that would show that: no {string.Join(", no ", signs)}. It names {Sentences.All([.. Of([.. Kinds.SelectMany(row => row.Signs)]), .. sky])}."
            : there.Length == 0 ? $"The model names nothing that tells the weather: no sun, cloud, rain or snow{(sky.Length > 0 ? $", only {Sentences.All(sky)}" : string.Empty)}."
            : $"By what the model names: {Sentences.All([.. there, .. sky])}. It names no {string.Join(" and no ", ((string[])["sun", "cloud", "rain", "snow"]).Where(sign => !there.Any(region => Nouns.Head(region.Phrase) == sign)))}.");

        KnownRegion[] Of(string[] nouns) => [.. all.Where(region => nouns.Contains(Nouns.Head(region.Phrase)))];
    }
}
