using System.Collections.ObjectModel;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using Microsoft.SemanticKernel;

namespace MGLMM.SemanticKernel;

/// <summary>The vision functions as plugins of Semantic Kernel.</summary>
/// <remarks>
/// Thin: names, descriptions, schemas and what the functions do are those of <see cref="VisionFunctions"/>. A function's result is a
/// <see cref="ToolResult"/>, as JSON wherever it becomes text (<see cref="VisionResults"/>). The plugins are thread-safe.
/// </remarks>
public static class VisionPlugins
{
    /// <summary>The key of a kernel function's metadata under which its vision function is.</summary>
    private const string FunctionKey = "mglmm_function";

    /// <summary>
    /// Adds the plugins to a kernel, a <see cref="RepeatedCallFilter"/> that ends an agent's loop where it sends the same failing call again and again, and a filter that tells calls out of prompt
    /// templates, which get all of the prompt's variables, from a model's.
    /// </summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="toolset">The tools, with the workspace of one conversation. It stays the caller's.</param>
    /// <param name="groups">Which plugins.</param>
    /// <returns>The plugins that were added.</returns>
    /// <exception cref="ArgumentException">The kernel has a plugin of that name already.</exception>
    public static IReadOnlyList<KernelPlugin> AddMglmmVision(this Kernel kernel, VisionToolset toolset, VisionFunctionGroups groups = VisionFunctionGroups.All)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        IReadOnlyList<KernelPlugin> added = kernel.Plugins.AddMglmmVision(toolset, groups);
        if (!kernel.AutoFunctionInvocationFilters.Any(filter => filter is RepeatedCallFilter))
        {
            kernel.AutoFunctionInvocationFilters.Add(new RepeatedCallFilter());
        }

        if (!kernel.PromptRenderFilters.Any(filter => filter is PromptTemplateFilter))
        {
            PromptTemplateFilter filter = new();
            kernel.PromptRenderFilters.Add(filter);
            kernel.AutoFunctionInvocationFilters.Add(filter);
        }

        return added;
    }

    /// <summary>Adds the plugins <c>vision</c>, <c>vision_geometry</c> and <c>vision_output</c>, or some of them.</summary>
    /// <param name="plugins">A kernel's plugins.</param>
    /// <param name="toolset">The tools, with the workspace of one conversation. It stays the caller's.</param>
    /// <param name="groups">Which plugins.</param>
    /// <returns>What was added.</returns>
    /// <exception cref="ArgumentException">The kernel has a plugin of that name already.</exception>
    public static IReadOnlyList<KernelPlugin> AddMglmmVision(
        this ICollection<KernelPlugin> plugins, VisionToolset toolset, VisionFunctionGroups groups = VisionFunctionGroups.All) =>
        plugins.AddMglmmVision(VisionFunctions.Over(toolset, groups));

    /// <summary>Adds functions, each to the plugin of its group. A host's own in one of our groups stand in our plugin.</summary>
    /// <param name="plugins">A kernel's plugins.</param>
    /// <param name="functions">The functions.</param>
    /// <returns>What was added.</returns>
    /// <exception cref="ArgumentException">The kernel has a plugin of one of these names already; none is added then.</exception>
    public static IReadOnlyList<KernelPlugin> AddMglmmVision(this ICollection<KernelPlugin> plugins, IEnumerable<VisionFunction> functions)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        ArgumentNullException.ThrowIfNull(functions);
        KernelPlugin[] added =
        [
            .. functions.GroupBy(function => function.GroupName, StringComparer.OrdinalIgnoreCase).Select(group => (First: group.MinBy(function => function.Group)!, All: group)).OrderBy(group => group.First.Group)
                .Select(group => KernelPluginFactory.CreateFromFunctions(group.First.GroupName, DescriptionOf(group.First.Group), group.All.Select(AsKernelFunction))),
        ];
        if (added.FirstOrDefault(plugin => plugins.Any(known => string.Equals(known.Name, plugin.Name, StringComparison.OrdinalIgnoreCase))) is { } taken)
        {
            throw new ArgumentException($"There is a plugin '{taken.Name}' already; none was added.", nameof(plugins));
        }

        foreach (KernelPlugin plugin in added)
        {
            plugins.Add(plugin);
        }

        return added;
    }

    /// <summary>A vision function as a function of Semantic Kernel, which returns the result's JSON; <see cref="VisionResults.GetToolResult"/> gives the record.</summary>
    /// <param name="function">The function.</param>
    public static KernelFunction AsKernelFunction(this VisionFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);

        // The kernel turns the arguments of a model into strings and parses them by culture; the function reads them itself.
        KernelFunction? made = null;
        Func<KernelArguments, CancellationToken, Task<FunctionResult>> call = async (KernelArguments arguments, CancellationToken cancellationToken) => VisionResults.Of(made!, await function.CallAsync(
            arguments.Any(argument => !function.Takes(argument.Key)) && PromptTemplateCall.IsUnderWay() ? arguments.Where(argument => function.Takes(argument.Key)) : arguments,
            cancellationToken).ConfigureAwait(false));
        return made = KernelFunctionFactory.CreateFromMethod(call, new KernelFunctionFromMethodOptions
        {
            FunctionName = function.Name,
            AdditionalMetadata = new ReadOnlyDictionary<string, object?>(new Dictionary<string, object?> { [FunctionKey] = function }),
            Description = function.Description,
            Parameters = function.JsonSchema.GetProperty("properties").EnumerateObject().Select(property => new KernelParameterMetadata(property.Name)
            {
                Description = property.Value.GetProperty("description").GetString(),
                IsRequired = function.JsonSchema.GetProperty("required").EnumerateArray().Any(name => name.ValueEquals(property.Name)),
                ParameterType = function.TypeOf(property.Name),
                Schema = KernelJsonSchema.Parse(property.Value.GetRawText()),
            }),
            ReturnParameter = new KernelReturnParameterMetadata
            {
                Description = function.ReturnDescription,
                ParameterType = typeof(ToolResult),
                Schema = KernelJsonSchema.Parse(function.ReturnJsonSchema!.Value.GetRawText()),
            },
        });
    }

    /// <summary>The vision functions among a kernel's.</summary>
    internal static IEnumerable<VisionFunction> VisionFunctionsOf(Kernel kernel) =>
        kernel.Plugins.SelectMany(plugin => plugin).Select(function => function.Metadata.AdditionalProperties.GetValueOrDefault(FunctionKey)).OfType<VisionFunction>();

    private static string DescriptionOf(VisionFunctionGroups group) => group switch
    {
        VisionFunctionGroups.Geometry => "Exact work on the regions of pictures, without a model.",
        VisionFunctionGroups.Output => "Rendered pictures and exports of regions, as files for the user.",
        VisionFunctionGroups.Own => "The application's own tools for pictures and their regions.",
        _ => "Describes pictures, finds regions in them and answers questions about them.",
    };
}
