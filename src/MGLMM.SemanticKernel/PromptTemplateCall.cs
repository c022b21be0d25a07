using System.Diagnostics;

namespace MGLMM.SemanticKernel;

/// <summary>
/// Tells a call out of a prompt template from a model's. A template gives each function that it calls all of the prompt's variables, so
/// names that the function does not have mean nothing there; from a model they would be a mistake.
/// </summary>
/// <remarks>Semantic Kernel tells a function nothing of its caller, so the caller is looked for on the stack; only where there are such names.</remarks>
internal static class PromptTemplateCall
{
    private static readonly string[] Engines = ["Microsoft.SemanticKernel.TemplateEngine", "Microsoft.SemanticKernel.PromptTemplates"];

    public static bool IsUnderWay() => new StackTrace(fNeedFileInfo: false).GetFrames()
        .Any(frame => frame.GetMethod()?.DeclaringType?.Namespace is { } space && Array.Exists(Engines, engine => space.StartsWith(engine, StringComparison.Ordinal)));
}
