using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MGLMM.DeviceCheck;

/// <summary>The results of all steps as one page.</summary>
internal static class MarkdownReport
{
    private static readonly string[] Steps = ["probe", "oracles", "embedded", "decoder", "vision"];

    public static void Write(string folder)
    {
        StringBuilder page = new();
        foreach (string path in Steps.Select(step => Path.Combine(folder, step + ".json")).Where(File.Exists))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            page.Append("## ").AppendLine(Text(root.GetProperty("title"))).AppendLine();
            string device = root.GetProperty("cpu").GetBoolean() ? ", on the CPU at small sizes" : string.Empty;
            page.AppendLine(CultureInfo.InvariantCulture, $"`{Text(root.GetProperty("step"))}`{device}, {root.GetProperty("seconds").GetDouble():N1} s").AppendLine();
            foreach (JsonElement table in root.GetProperty("tables").EnumerateArray())
            {
                page.Append(Text(table.GetProperty("title"))).AppendLine(":").AppendLine();
                string[] columns = Row(table.GetProperty("columns"));
                page.Append("| ").AppendJoin(" | ", columns).AppendLine(" |");
                page.Append('|').AppendJoin('|', columns.Select(_ => "---")).AppendLine("|");
                foreach (JsonElement row in table.GetProperty("rows").EnumerateArray())
                {
                    page.Append("| ").AppendJoin(" | ", Row(row)).AppendLine(" |");
                }

                page.AppendLine();
            }

            foreach (JsonElement check in root.GetProperty("checks").EnumerateArray())
            {
                page.AppendLine(CultureInfo.InvariantCulture, $"- {(check.GetProperty("passed").GetBoolean() ? "holds" : "**does not hold**")}: {Text(check.GetProperty("name"))}: {Text(check.GetProperty("detail"))}");
            }

            page.AppendLine();
        }

        File.WriteAllText(Path.Combine(folder, "cuda.md"), page.ToString());
    }

    private static string[] Row(JsonElement cells) => [.. cells.EnumerateArray().Select(Text)];

    private static string Text(JsonElement value) => value.GetString()!.Replace("|", "\\|", StringComparison.Ordinal);
}
