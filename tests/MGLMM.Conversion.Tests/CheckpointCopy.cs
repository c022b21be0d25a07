using System.Text.Json.Nodes;

namespace MGLMM.Conversion.Tests;

/// <summary>A checkpoint's folder that a test may change.</summary>
internal static class CheckpointCopy
{
    /// <summary>Copies the files of a folder to a new one.</summary>
    public static string Make(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (string path in Directory.GetFiles(source))
        {
            File.Copy(path, Path.Combine(target, Path.GetFileName(path)), overwrite: true);
        }

        return target;
    }

    /// <summary>Sets a member of a JSON file to a value written as JSON.</summary>
    public static void Change(string folder, string file, string key, string value) => Edit(folder, file, json => json[key] = JsonNode.Parse(value));

    /// <summary>Changes a JSON file.</summary>
    public static void Edit(string folder, string file, Action<JsonNode> change)
    {
        string path = Path.Combine(folder, file);
        JsonNode json = JsonNode.Parse(File.ReadAllText(path))!;
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }
}
