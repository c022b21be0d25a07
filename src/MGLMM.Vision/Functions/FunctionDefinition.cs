using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Functions;

/// <summary>One function as its method declares it: name, descriptions, parameters and their JSON schema. Immutable.</summary>
internal sealed class FunctionDefinition
{
    private readonly MethodInfo _method;

    private FunctionDefinition(VisionFunctionGroups group, string groupName, MethodInfo method, IReadOnlyList<IExportFormat> exportFormats)
    {
        _method = method;
        Group = group;
        GroupName = groupName;
        Name = method.GetCustomAttribute<DisplayNameAttribute>()!.DisplayName;
        Description = method.GetCustomAttribute<DescriptionAttribute>()!.Description;
        ReturnDescription = method.ReturnParameter.GetCustomAttribute<DescriptionAttribute>()!.Description;
        Parameters = [.. method.GetParameters().Where(IsTheModels).Select(parameter => new FunctionParameter(parameter, exportFormats))];
        Schema = SchemaOf(Parameters);
        ReturnSchema = Element(new JsonObject { ["type"] = "object", ["description"] = ReturnDescription });
    }

    /// <summary>All functions, in the order that they are listed in, with our own export formats.</summary>
    public static IReadOnlyList<FunctionDefinition> All { get; } = With(ExportFormats.BuiltIn);

    /// <summary>All functions, in the order that they are listed in.</summary>
    /// <param name="exportFormats">What <c>export_regions</c> writes.</param>
    public static IReadOnlyList<FunctionDefinition> With(IReadOnlyList<IExportFormat> exportFormats) =>
    [
        .. Of(VisionFunctionGroups.Vision, ModelFunctions.GroupName, typeof(ModelFunctions), exportFormats),
        .. Of(VisionFunctionGroups.Geometry, GeometryFunctions.GroupName, typeof(GeometryFunctions), exportFormats),
        .. Of(VisionFunctionGroups.Output, OutputFunctions.GroupName, typeof(OutputFunctions), exportFormats),
    ];

    public VisionFunctionGroups Group { get; }

    public string GroupName { get; }

    public string Name { get; }

    public string Description { get; }

    public string ReturnDescription { get; }

    public IReadOnlyList<FunctionParameter> Parameters { get; }

    /// <summary>The schema of the arguments, an object.</summary>
    public JsonElement Schema { get; }

    public JsonElement ReturnSchema { get; }

    /// <summary>Calls the function with arguments in the order of <see cref="Parameters"/>.</summary>
    public Task<ToolResult> CallAsync(VisionToolset toolset, IReadOnlyList<object?> arguments, CancellationToken cancellationToken) =>
        (Task<ToolResult>)_method.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [toolset, .. arguments, cancellationToken], culture: null)!;

    private static IEnumerable<FunctionDefinition> Of(
        VisionFunctionGroups group, string groupName, Type type, IReadOnlyList<IExportFormat> exportFormats) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .OrderBy(method => method.MetadataToken)
            .Select(method => new FunctionDefinition(group, groupName, method, exportFormats));

    private static bool IsTheModels(ParameterInfo parameter) =>
        parameter.ParameterType != typeof(VisionToolset) && parameter.ParameterType != typeof(CancellationToken);

    private static JsonElement SchemaOf(IEnumerable<FunctionParameter> parameters)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var parameter in parameters)
        {
            properties.Add(parameter.Name, JsonObject.Create(parameter.Schema));
            if (parameter.IsRequired)
            {
                required.Add(parameter.Name);
            }
        }

        return Element(new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required });
    }

    private static JsonElement Element(JsonNode node)
    {
        using var document = JsonDocument.Parse(node.ToJsonString());
        return document.RootElement.Clone();
    }
}
