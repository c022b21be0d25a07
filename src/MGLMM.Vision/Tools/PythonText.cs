using System.Text;

namespace MGLMM.Vision.Tools;

/// <summary>Records and lists as Python prints them, which models that were trained on its output write for JSON: 'single quotes', None, True, False.</summary>
internal static class PythonText
{
    /// <summary>The text as JSON; null where it has nothing of Python's. Whether the result is JSON is for a parser to say.</summary>
    public static string? ToJson(string text)
    {
        StringBuilder json = new(text.Length + 16);
        bool changed = false;
        int index = 0;
        while (index < text.Length)
        {
            char letter = text[index];
            if (letter is '\'' or '"')
            {
                changed |= letter == '\'';
                index = Quoted(text, index, json);
            }
            else if (char.IsAsciiLetter(letter))
            {
                int end = index;
                while (end < text.Length && char.IsAsciiLetter(text[end]))
                {
                    end++;
                }

                string word = text[index..end];
                string? literal = word switch { "None" => "null", "True" => "true", "False" => "false", _ => null };
                changed |= literal is not null;
                json.Append(literal ?? word);
                index = end;
            }
            else
            {
                json.Append(letter is '(' ? '[' : letter is ')' ? ']' : letter);
                index++;
            }
        }

        return changed ? json.ToString() : null;
    }

    /// <summary>Appends a string as JSON quotes it.</summary>
    /// <returns>Where the text goes on.</returns>
    private static int Quoted(string text, int start, StringBuilder json)
    {
        char quote = text[start];
        json.Append('"');
        int index = start + 1;
        for (; index < text.Length && text[index] != quote; index++)
        {
            if (text[index] == '\\' && index + 1 < text.Length)
            {
                index++;
                json.Append(text[index] == '\'' ? "'" : $"\\{text[index]}");
            }
            else
            {
                json.Append(text[index] == '"' ? "\\\"" : text[index].ToString());
            }
        }

        json.Append('"');
        return index + 1;
    }
}
