using MGLMM.Vision;
using MGLMM.Vision.Functions;
using Microsoft.SemanticKernel;

namespace MGLMM.SemanticKernel;

/// <summary>
/// The prompt functions that come with the plugins, as Semantic Kernel prompt folders (<c>skprompt.txt</c> and <c>config.json</c>). They
/// are read from files at every call, so that an edited prompt counts at once.
/// </summary>
/// <remarks>
/// Those that take evidence are chat prompts (<c>&lt;message role="user"&gt;</c>): invoked as functions, their arguments are escaped before and
/// unescaped after the roles are read, so that nothing in an argument can open a role of its own.
/// </remarks>
public static class VisionPrompts
{
    /// <summary>System prompt of an agent that carries out visual tasks of many steps. Arguments: <c>pictures</c>, <c>model</c>.</summary>
    public const string PlanVisualTask = "plan_visual_task";

    /// <summary>Answers a question from the results of vision functions; each claim names its regions. Arguments: <c>question</c>, <c>evidence</c>, <c>sentences</c>.</summary>
    public const string AnswerWithEvidence = "answer_with_evidence";

    /// <summary>Sums up regions in plain words. Arguments: <c>regions</c>, <c>width_px</c>, <c>height_px</c>, <c>sentences</c>.</summary>
    public const string SummariseRegions = "summarise_regions";

    /// <summary>The plugin's name that <see cref="Load"/> gives.</summary>
    public const string PluginName = "vision_prompts";

    /// <summary>Where the prompts lie in an application that references this library: <c>prompts/functions</c> beside it.</summary>
    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "prompts", "functions");

    /// <summary>
    /// Loads all prompts as a plugin. Do not offer it to a model together with the vision functions: these prompts are for the host to
    /// invoke.
    /// </summary>
    /// <param name="folder">A folder with one folder per prompt; null takes <see cref="DefaultFolder"/>.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static KernelPlugin Load(string? folder = null) => KernelPluginFactory.CreateFromFunctions(
        PluginName, Directory.EnumerateDirectories(Existing(folder)).Order(StringComparer.Ordinal).Select(prompt => KernelFunctionFactory.CreateFromPrompt(Read(prompt))));

    /// <summary>
    /// Fills a prompt in, without asking a model. The planner's <c>pictures</c> and <c>model</c> are told from the toolset whose functions the kernel
    /// has, where they are not given. Render it anew with each request, so that it tells what is open by then.
    /// </summary>
    /// <param name="name">One of the constants, or the name of another folder.</param>
    /// <param name="arguments">The prompt's arguments.</param>
    /// <param name="kernel">For prompts that call functions.</param>
    /// <param name="folder">Null takes <see cref="DefaultFolder"/>.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such prompt.</exception>
    public static async Task<string> RenderAsync(
        string name, KernelArguments arguments, Kernel kernel, string? folder = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(kernel);
        PromptTemplateConfig config = Read(Path.Combine(Existing(folder), name));

        // A prompt without roles goes to a model as one message, in which nothing needs escaping.
        bool plain = !config.Template.Contains("<message", StringComparison.Ordinal);
        KernelArguments filled = new(arguments);
        await BriefAsync(config, filled, kernel, cancellationToken).ConfigureAwait(false);
        foreach (InputVariable variable in config.InputVariables)
        {
            variable.AllowDangerouslySetContent |= plain;
            if (variable.Default is not null && (!filled.TryGetValue(variable.Name, out object? given) || given is null or ""))
            {
                filled[variable.Name] = variable.Default;
            }
        }

        string rendered = string.Empty;
        await PromptTemplateCall.RunAsync(
            isRendering: true, async () => rendered = await new KernelPromptTemplateFactory().Create(config).RenderAsync(kernel, filled, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        return rendered;
    }

    private static async Task BriefAsync(PromptTemplateConfig config, KernelArguments arguments, Kernel kernel, CancellationToken cancellationToken)
    {
        const string Pictures = "pictures", Model = "model";
        bool IsLeftOut(string name) => config.InputVariables.Any(variable => variable.Name == name) && (!arguments.TryGetValue(name, out object? given) || given is null or "");
        if ((!IsLeftOut(Pictures) && !IsLeftOut(Model)) || VisionPlugins.VisionFunctionsOf(kernel).FirstOrDefault() is not { } function)
        {
            return;
        }

        try
        {
            VisionBriefing briefing = (await function.GetToolsetAsync(cancellationToken).ConfigureAwait(false)).GetBriefing();
            if (IsLeftOut(Pictures) && !briefing.Pictures.StartsWith("none", StringComparison.Ordinal))
            {
                arguments[Pictures] = briefing.Pictures;
            }

            if (IsLeftOut(Model))
            {
                arguments[Model] = briefing.Model;
            }
        }
        catch (VisionNotReadyException)
        {
            // The defaults say nothing wrong.
        }
    }

    private static string Existing(string? folder) => Directory.Exists(folder ??= DefaultFolder)
        ? folder
        : throw new DirectoryNotFoundException($"There is no folder of prompts at '{folder}'. Copy prompts/functions there, or name another folder.");

    private static PromptTemplateConfig Read(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "skprompt.txt")) || !File.Exists(Path.Combine(folder, "config.json")))
        {
            throw new DirectoryNotFoundException($"'{folder}' is no prompt: it needs skprompt.txt and config.json.");
        }

        PromptTemplateConfig config = PromptTemplateConfig.FromJson(File.ReadAllText(Path.Combine(folder, "config.json")));
        config.Name = Path.GetFileName(folder);
        config.Template = File.ReadAllText(Path.Combine(folder, "skprompt.txt"));
        return config;
    }
}
