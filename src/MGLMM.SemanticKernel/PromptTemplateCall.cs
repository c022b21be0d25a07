using System.Diagnostics;

namespace MGLMM.SemanticKernel;

/// <summary>
/// Tells a call out of a prompt template from a model's. A template gives each function that it calls all of the prompt's variables, so
/// names that the function does not have mean nothing there; from a model they would be a mistake.
/// </summary>
/// <remarks>
/// Semantic Kernel tells a function nothing of its caller: whoever renders says so where a <see cref="PromptTemplateFilter"/> or <see cref="VisionPrompts.RenderAsync"/> is there; else the caller is looked
/// for on the stack, where it is no more once a filter has waited. Only where there are such names.
/// </remarks>
internal static class PromptTemplateCall
{
    private static readonly string[] Engines = ["Microsoft.SemanticKernel.TemplateEngine", "Microsoft.SemanticKernel.PromptTemplates"];

    /// <summary>Whether a template is being rendered; null where nobody has said.</summary>
    private static readonly AsyncLocal<bool?> Rendering = new();

    public static bool IsUnderWay() => Rendering.Value ?? new StackTrace(fNeedFileInfo: false).GetFrames()
        .Any(frame => frame.GetMethod()?.DeclaringType?.Namespace is { } space && Array.Exists(Engines, engine => space.StartsWith(engine, StringComparison.Ordinal)));

    /// <summary>Runs what renders a template, or calls a function for a model.</summary>
    /// <param name="isRendering">Which of the two; it holds for what is called within, and no longer.</param>
    /// <param name="run">What is run.</param>
    public static async Task RunAsync(bool isRendering, Func<Task> run)
    {
        Rendering.Value = isRendering;
        await run().ConfigureAwait(false);
    }
}
