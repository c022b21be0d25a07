using MGLMM.Vision;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using Microsoft.SemanticKernel;

namespace MGLMM.SemanticKernel;

/// <summary>The vision functions as plugins of Semantic Kernel.</summary>
/// <remarks>
/// Thin: names, descriptions, schemas and what the functions do are those of <see cref="VisionFunctions"/>. A function's result is a
/// <see cref="ToolResult"/>, which the kernel's connectors hand to a model as JSON. The plugins are thread-safe.
/// </remarks>
public static class VisionPlugins
{
    /// <summary>Adds the plugins <c>vision</c>, <c>vision_geometry</c> and <c>vision_output</c>, or some of them.</summary>
    /// <param name="plugins">A kernel's plugins.</param>
    /// <param name="toolset">The tools, with the workspace of one conversation. It stays the caller's.</param>
    /// <param name="groups">Which plugins.</param>
    /// <returns>What was added.</returns>
    /// <exception cref="ArgumentException">The kernel has a plugin of that name already.</exception>
    public static IReadOnlyList<KernelPlugin> AddMglmmVision(
        this ICollection<KernelPlugin> plugins, VisionToolset toolset, VisionFunctionGroups groups = VisionFunctionGroups.All) =>
        plugins.AddMglmmVision(VisionFunctions.Over(toolset, groups));

    /// <summary>Adds functions, each to the plugin of its group.</summary>
    /// <param name="plugins">A kernel's plugins.</param>
    /// <param name="functions">The functions.</param>
    /// <returns>What was added.</returns>
    /// <exception cref="ArgumentException">The kernel has a plugin of that name already.</exception>
    public static IReadOnlyList<KernelPlugin> AddMglmmVision(this ICollection<KernelPlugin> plugins, IEnumerable<VisionFunction> functions)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        ArgumentNullException.ThrowIfNull(functions);
        KernelPlugin[] added =
        [
            .. functions.GroupBy(function => function.Group).OrderBy(group => group.Key)
                .Select(group => KernelPluginFactory.CreateFromFunctions(group.First().GroupName, DescriptionOf(group.Key), group.Select(AsKernelFunction))),
        ];
        foreach (var plugin in added)
        {
            plugins.Add(plugin);
        }

        return added;
    }

    /// <summary>A vision function as a function of Semantic Kernel, which returns the <see cref="ToolResult"/>.</summary>
    /// <param name="function">The function.</param>
    public static KernelFunction AsKernelFunction(this VisionFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);

        // The kernel turns the arguments of a model into strings and parses them by culture; the function reads them itself.
        var call = (KernelArguments arguments, CancellationToken cancellationToken) => function.CallAsync(arguments, cancellationToken);
        return KernelFunctionFactory.CreateFromMethod(call, new KernelFunctionFromMethodOptions
        {
            FunctionName = function.Name,
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

    private static string DescriptionOf(VisionFunctionGroups group) => group switch
    {
        VisionFunctionGroups.Geometry => "Exact work on the regions of pictures, without a model.",
        VisionFunctionGroups.Output => "Rendered pictures and exports of regions, as files for the user.",
        _ => "Describes pictures, finds regions in them and answers questions about them.",
    };
}
