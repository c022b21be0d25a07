using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MGLMM.DeviceCheck;

/// <summary>What a step found: tables of figures, and checks that hold or do not.</summary>
internal sealed class CheckReport(string step, string title, bool cpu)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<Table> _tables = [];
    private readonly List<(string Name, bool Passed, string Detail)> _checks = [];

    /// <summary>A table; rows are added to it as they come.</summary>
    public Table NewTable(string title, params string[] columns)
    {
        Table table = new(title, columns);
        _tables.Add(table);
        Say(title + ": " + string.Join(" | ", columns));
        return table;
    }

    /// <summary>Something that must be so.</summary>
    public void Check(string name, bool passed, FormattableString detail)
    {
        string text = detail.ToString(CultureInfo.InvariantCulture);
        _checks.Add((name, passed, text));
        Say($"{(passed ? "ok    " : "FAILED")} {name}: {text}");
    }

    /// <summary>Runs a part; what it throws is a check that failed, and the rest goes on.</summary>
    public void Guard(string name, Action part)
    {
        try
        {
            part();
        }
#pragma warning disable CA1031 // Whatever fails on a machine that is there for minutes is written down, and the next part is tried.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Check(name, false, $"{exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    public void Say(string text) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{Stopwatch.GetElapsedTime(_started).TotalSeconds,6:N1}] {text}"));

    /// <summary>Writes <c>step.json</c> and <c>cuda.md</c>.</summary>
    /// <returns>Whether every check passed.</returns>
    public bool Save(string folder)
    {
        Directory.CreateDirectory(folder);
        using (FileStream stream = File.Create(Path.Combine(folder, step + ".json")))
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("step", step);
            json.WriteString("title", title);
            json.WriteBoolean("cpu", cpu);
            json.WriteNumber("seconds", Math.Round(Stopwatch.GetElapsedTime(_started).TotalSeconds, 1));
            json.WriteStartArray("checks");
            foreach ((string name, bool passed, string detail) in _checks)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteBoolean("passed", passed);
                json.WriteString("detail", detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("tables");
            foreach (Table table in _tables)
            {
                json.WriteStartObject();
                json.WriteString("title", table.Title);
                Strings(json, "columns", table.Columns);
                json.WriteStartArray("rows");
                foreach (string[] row in table.Rows)
                {
                    Strings(json, null, row);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        MarkdownReport.Write(folder);
        bool all = _checks.TrueForAll(check => check.Passed);
        Say($"{step}: {_checks.Count(check => check.Passed)} of {_checks.Count} checks passed");
        return all;
    }

    private static void Strings(Utf8JsonWriter json, string? name, IEnumerable<string> values)
    {
        if (name is null)
        {
            json.WriteStartArray();
        }
        else
        {
            json.WriteStartArray(name);
        }

        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>Figures side by side.</summary>
    internal sealed class Table(string title, string[] columns)
    {
        public string Title => title;

        public string[] Columns => columns;

        public List<string[]> Rows { get; } = [];

        public void Add(params FormattableString[] cells)
        {
            Rows.Add([.. cells.Select(cell => cell.ToString(CultureInfo.InvariantCulture))]);
            Console.WriteLine("         " + string.Join(" | ", Rows[^1]));
        }
    }
}
