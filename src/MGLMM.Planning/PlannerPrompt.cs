using System.Reflection;
using MGLMM.Vision;

namespace MGLMM.Planning;

/// <summary>The system prompt of a planner that comes with the tools (<c>prompts/functions/plan_visual_task</c>), filled in.</summary>
public static class PlannerPrompt
{
    private const string Model = "{{$model}}";
    private const string Pictures = "{{$pictures}}";

    private static readonly string Text = Read();

    /// <summary>The prompt of one request.</summary>
    /// <param name="briefing">What is open, and what the model knows.</param>
    /// <param name="image">The handle of the picture that requests are about; null where they say it themselves.</param>
    public static string Of(VisionBriefing briefing, string? image = null)
    {
        ArgumentNullException.ThrowIfNull(briefing);
        string pictures = image is null ? briefing.Pictures : $"{briefing.Pictures}\n{PictureSentences.About(image)}";

        // One after the other from the front, so that no name of a picture is read as a place to fill.
        (int model, int open) = (Text.IndexOf(Model, StringComparison.Ordinal), Text.IndexOf(Pictures, StringComparison.Ordinal));
        return $"{Text.AsSpan(0, model)}{briefing.Model}{Text.AsSpan(model + Model.Length, open - model - Model.Length)}{pictures}{Text.AsSpan(open + Pictures.Length)}";
    }

    private static string Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("plan_visual_task.txt")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Trim();
    }
}
