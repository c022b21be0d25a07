using System.Reflection;
using MGLMM.Vision;

namespace MGLMM.AgentFramework;

/// <summary>The planner's prompt that comes with the tools (<c>prompts/functions/plan_visual_task</c>), filled in.</summary>
internal static class Planner
{
    private const string Model = "{{$model}}";
    private const string Pictures = "{{$pictures}}";

    private static readonly string Text = Read();

    /// <summary>Instructions for one run.</summary>
    /// <param name="own">The host's instead of the planner's; null takes these.</param>
    /// <param name="briefing">What is open, and what the model knows.</param>
    public static string Fill(string? own, VisionBriefing briefing)
    {
        if (own is not null)
        {
            return $"{own}\n\nThe vision model: {briefing.Model}\n\nPictures of this conversation:\n{briefing.Pictures}".TrimStart('\n');
        }

        // One after the other from the front, so that no name of a picture is read as a place to fill.
        (int model, int pictures) = (Text.IndexOf(Model, StringComparison.Ordinal), Text.IndexOf(Pictures, StringComparison.Ordinal));
        return $"{Text.AsSpan(0, model)}{briefing.Model}{Text.AsSpan(model + Model.Length, pictures - model - Model.Length)}{briefing.Pictures}{Text.AsSpan(pictures + Pictures.Length)}";
    }

    private static string Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("instructions.txt")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().TrimEnd();
    }
}
