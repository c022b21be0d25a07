using System.Reflection;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests.Support;

/// <summary>Calls of any tool that the toolset has, with arguments of all sorts.</summary>
internal static class AnyCall
{
    private static readonly string?[] Words =
    [
        null, string.Empty, " ", "null", "img1", "img2", "img3", "IMG1", "[m1]", "m1", "m2, m3", "m3 m1", "m1,img1", "s1", "s2", "a1", "s1, m2", "m99999999999999999999", "m-1", "m01", "m0", "img", "s", "img1,img2",
        "../..", "/etc/passwd", "C:\\x", "\\\\server\\share", "//server/share", "file:///etc/passwd", "https://example.com/x.png", "https://10.0.0.1/", "data:image/png;base64,AAAA", "data:,", "<image>", "[SEG]",
        "\u202E", "\uD800", "a\0b", "part", "panoptic", "instance", "brief", "normal", "detailed", "landscape", "square", "portrait", "{object}", "-1", "0", "1", "1e308", "NaN", "🏠", "дом",
        "union", "overlay", "coco_rle", "area", "largest", "red barn", "the grey sky",
        new string('m', 3000), string.Concat(Enumerable.Repeat("m1,", 700)), string.Concat(Enumerable.Repeat("{\"", 300)),
    ];

    private static readonly double[] Numbers = [0, -1, 1, 2, 0.5, 1e308, -1e308, double.NaN, double.PositiveInfinity, double.Epsilon, int.MaxValue, int.MinValue];

    /// <summary>The tools: every public method that gives a <see cref="ToolResult"/>.</summary>
    public static IReadOnlyList<MethodInfo> Tools { get; } =
    [
        .. typeof(VisionToolset).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(method => method.ReturnType == typeof(Task<ToolResult>) && method.Name != nameof(VisionToolset.CallAsync)).OrderBy(method => method.Name, StringComparer.Ordinal),
    ];

    /// <summary>Calls a tool.</summary>
    public static Task<ToolResult> Of(VisionToolset toolset, MethodInfo tool, Random random, CancellationToken cancellationToken = default) =>
        (Task<ToolResult>)tool.Invoke(
            toolset,
            BindingFlags.DoNotWrapExceptions,
            null,
            [.. tool.GetParameters().Select(parameter => parameter.ParameterType == typeof(CancellationToken) ? cancellationToken : Argument(toolset, parameter, random))],
            null)!;

    private static object? Argument(VisionToolset toolset, ParameterInfo parameter, Random random)
    {
        if (parameter.HasDefaultValue && random.Next(3) == 0)
        {
            return parameter.DefaultValue;
        }

        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (type != parameter.ParameterType && random.Next(4) == 0)
        {
            return null;
        }

        return type == typeof(string) ? Word(toolset, parameter.Name!, random)
            : type == typeof(bool) ? random.Next(2) == 0
            : type == typeof(int) ? random.Next(3) == 0 ? Whole(Numbers[random.Next(Numbers.Length)]) : random.Next(-2, 120)
            : type == typeof(long) ? (long)Whole(Numbers[random.Next(Numbers.Length)])
            : type == typeof(double) ? random.Next(2) == 0 ? Numbers[random.Next(Numbers.Length)] : random.NextDouble() * 100
            : type == typeof(float) ? (float)Numbers[random.Next(Numbers.Length)]
            : type.IsEnum ? Enum.ToObject(type, random.Next(-1, Enum.GetValues(type).Length + 2))
            : type.IsAssignableFrom(typeof(string[])) ? Enumerable.Range(0, random.Next(4)).Select(_ => Word(toolset, parameter.Name!, random)).ToArray()
            : type.IsValueType ? Activator.CreateInstance(type)
            : null;
    }

    /// <summary>Half of the time something that fits the argument's name, so that calls also come to where it gets interesting.</summary>
    private static string? Word(VisionToolset toolset, string name, Random random)
    {
        VisionWorkspace workspace = toolset.Workspace;
        string[] fitting = name switch
        {
            "image" => [.. workspace.Images.Select(image => image.Handle)],
            "within" or "region" or "near" => [.. workspace.Regions.TakeLast(12).Select(region => region.Handle)],
            "regions" or "others" or "set" => [.. workspace.Regions.TakeLast(8).Select(region => region.Handle), .. workspace.Sets.TakeLast(8).Select(set => set.Handle)],
            "source" => ["landscape", "square", "portrait"],
            "granularity" => ["panoptic", "instance", "part"],
            "detail" => ["brief", "normal", "detailed"],
            "operation" => ["union", "intersect", "subtract", "invert", "grow", "shrink", "largest_part", "split_parts"],
            "style" => ["overlay", "outline", "numbered", "cutout", "crop", "blur_others", "box", "gray_others"],
            "color" => ["red", "#00ff00", "grey"],
            "format" => ["coco_rle", "coco_polygon", "panoptic_png", "mask_png", "labelme", "geojson", "yolo_seg", "label_studio", "svg"],
            "orderBy" => ["left_to_right", "right_to_left", "top_to_bottom", "bottom_to_top", "largest", "smallest", "nearest", "farthest"],
            "fields" => ["phrase", "phrase, area_px", "area_px,area_fraction,box_xyxy_px,centroid_xy_px,within,origin"],
            "label" => ["barn", "sky", "barn, car"],
            _ => [],
        };
        return fitting.Length > 0 && random.Next(2) == 0 ? fitting[random.Next(fitting.Length)] : Words[random.Next(Words.Length)];
    }

    private static int Whole(double value) => double.IsNaN(value) ? 0 : (int)Math.Clamp(value, int.MinValue, int.MaxValue);
}
