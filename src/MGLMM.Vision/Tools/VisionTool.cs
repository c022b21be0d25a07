using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools;

/// <summary>
/// One tool: its name, what a language model is told of it, its parameters, and what it does. The same for every toolset; a call brings what
/// it works on.
/// </summary>
/// <remarks>
/// A host's own tools are made with <see cref="Create"/> and stand beside ours (<c>VisionToolsetOptions.Tools</c>): the same lenient
/// reading of arguments, the same resolution of handles, the same guard and telemetry. Immutable, thread-safe.
/// </remarks>
public abstract class VisionTool
{
    /// <summary>The argument that names a conversation, which each tool has beside its own where a host has several: no parameter is called so.</summary>
    public const string ConversationArgument = "conversation";

    private protected VisionTool(string groupName, string name, string description, string returnDescription, params IReadOnlyList<ToolParameter> parameters)
    {
        GroupName = groupName;
        Name = name;
        Description = description;
        ReturnDescription = returnDescription;
        Parameters = parameters;
        Schema = SchemaOf(parameters);
        ReturnSchema = JsonSerializer.SerializeToElement(new JsonObject { ["type"] = "object", ["description"] = returnDescription });
    }

    /// <summary>The group that it belongs to, such as <c>vision_geometry</c>.</summary>
    public string GroupName { get; }

    /// <summary>Its name, such as <c>combine_regions</c>.</summary>
    public string Name { get; }

    /// <summary>What a language model is told of it.</summary>
    public string Description { get; }

    /// <summary>What it returns, in words: the fields of the result.</summary>
    public string ReturnDescription { get; }

    /// <summary>The schema of its arguments, a closed object.</summary>
    public JsonElement Schema { get; }

    internal IReadOnlyList<ToolParameter> Parameters { get; }

    /// <summary>What a host says of its own tool; null says nothing.</summary>
    internal bool? IsReadOnly { get; init; }

    internal JsonElement ReturnSchema { get; }

    /// <summary>Makes a tool of a method, as <c>AIFunctionFactory.Create</c> does, with the workspace, handles and the model at hand.</summary>
    /// <remarks>
    /// <para>
    /// Parameters of the method become parameters of the tool, by their names and <see cref="System.ComponentModel.DescriptionAttribute"/>s:
    /// <see cref="string"/>, <see cref="bool"/>, <see cref="int"/>, <see cref="long"/>, <see cref="double"/> and enums, whose values are named
    /// in snake case; <see cref="VisionImage"/>, <see cref="VisionRegion"/> and <see cref="IReadOnlyList{T}"/> of regions, which callers name by
    /// their handles. Those with a default value may be left out. A <see cref="VisionToolContext"/> and a <see cref="CancellationToken"/> are
    /// not told to the model and filled in.
    /// </para>
    /// <para>
    /// It may return a <see cref="ToolResult"/>, a string, or anything that System.Text.Json can write, at once or as a task. A
    /// <see cref="ToolException"/> tells the caller of a mistake; what else it throws is logged, and the caller is told that the tool failed.
    /// </para>
    /// </remarks>
    /// <param name="method">The method.</param>
    /// <param name="name">The tool's name, in snake case; null takes the method's, so written.</param>
    /// <param name="description">What a language model is told of it; null takes the method's <see cref="System.ComponentModel.DescriptionAttribute"/>.</param>
    /// <param name="returnDescription">What it returns, in words.</param>
    /// <param name="groupName">The group, which Semantic Kernel takes for the plugin.</param>
    /// <param name="isReadOnly">
    /// Whether it changes nothing outside of its conversation, which clients that ask their user before each other call are told; null says nothing of it, and they ask.
    /// </param>
    /// <exception cref="ArgumentException">A name or a parameter's type cannot be used, or there is no description.</exception>
    public static VisionTool Create(
        Delegate method, string? name = null, string? description = null, string returnDescription = "The result", string groupName = ToolGroups.Own, bool? isReadOnly = null) =>
        DelegateTool.Of(method, name, description, returnDescription, groupName, isReadOnly);

    /// <summary>Does it.</summary>
    /// <param name="call">What it has at hand, and its arguments.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    internal abstract Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken);

    private static JsonElement SchemaOf(IReadOnlyList<ToolParameter> parameters)
    {
        JsonObject properties = new();
        JsonArray required = new();
        foreach (ToolParameter parameter in parameters)
        {
            properties.Add(parameter.Name, JsonObject.Create(parameter.Schema));
            if (parameter.IsRequired)
            {
                required.Add(parameter.Name);
            }
        }

        return JsonSerializer.SerializeToElement(new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false });
    }
}
