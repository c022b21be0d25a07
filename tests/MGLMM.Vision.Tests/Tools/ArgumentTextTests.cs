using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Vision.Tools;
using MGLMM.Vision.Tools.BuiltIn;

namespace MGLMM.Vision.Tests.Tools;

public sealed class ArgumentTextTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\" \"")]
    [InlineData("\"null\"")]
    [InlineData("\"None\"")]
    [InlineData("\"N/A\"")]
    [InlineData("\"undefined\"")]
    [InlineData("\"'null'\"")]
    [InlineData("\"[]\"")]
    [InlineData("\"{}\"")]
    [InlineData("\"\\\"\\\"\"")]
    [InlineData("[]")]
    [InlineData("[null, \"\"]")]
    [InlineData("[[]]")]
    [InlineData("{}")]
    [InlineData("{\"value\": null}")]
    public void Nothing_is_said_in_many_ways(string json)
    {
        JsonElement value = JsonSerializer.Deserialize<JsonElement>(json);
        Assert.True(ArgumentText.IsNothing(value));
        Assert.Null(ArgumentText.Of(value));
        Assert.True(ArgumentText.IsNothing(JsonNode.Parse(json)));
    }

    [Theory]
    [InlineData("\"the house\"", "the house")]
    [InlineData("\" 'the house' \"", "the house")]
    [InlineData("[\"the house\"]", "the house")]
    [InlineData("[\"a\", \"b\"]", "a, b")]
    [InlineData("{\"text\": \"the house\"}", "the house")]
    [InlineData("0", "0")]
    [InlineData("1.5", "1.5")]
    [InlineData("false", "false")]
    [InlineData("\"nothing to see\"", "nothing to see")]
    [InlineData("\"the \\ud83d house\"", "the \uFFFD house")]
    [InlineData("\"\\ude00\\n\\\"x\\\"\"", "\uFFFD \"x\"")]
    [InlineData("\"\\ud83d\\ude00\"", "\U0001F600")]
    public void What_is_said_is_plain_and_well_formed(string json, string text)
    {
        Assert.Equal(text, ArgumentText.Of(JsonSerializer.Deserialize<JsonElement>(json)));
        Assert.False(ArgumentText.IsNothing(JsonSerializer.Deserialize<JsonElement>(json)));
    }

    [Fact]
    public void Half_a_surrogate_pair_in_a_string_of_dot_net_is_replaced() => Assert.Equal("a\uFFFDb", ArgumentText.Of("a\uD800b"));

    /// <summary>An alias that is another argument's name would take that argument's value.</summary>
    [Fact]
    public void No_name_means_two_arguments_of_a_tool()
    {
        foreach (VisionTool tool in BuiltInTools.All)
        {
            string[] names = tool.Parameters.Select(parameter => ArgumentText.Name(parameter.Name)).ToArray();
            Assert.Equal(names.Distinct(), names);
            foreach (ToolParameter parameter in tool.Parameters)
            {
                Assert.True(ArgumentReader.Knows(tool, parameter.Name));
                string[] others = tool.Parameters.Where(other => other != parameter).SelectMany(other => other.Aliases).Select(ArgumentText.Name).ToArray();
                Assert.All(parameter.Aliases.Select(ArgumentText.Name).Except(names), alias => Assert.False(others.Contains(alias), $"{tool.Name}: {alias}"));
            }
        }
    }

    [Fact]
    public void Schemas_are_closed_and_list_each_value_once()
    {
        foreach (VisionTool tool in BuiltInTools.All)
        {
            Assert.False(tool.Schema.GetProperty("additionalProperties").GetBoolean());
            foreach (JsonProperty values in tool.Schema.GetProperty("properties").EnumerateObject().Where(property => property.Value.TryGetProperty("enum", out _)))
            {
                string?[] names = values.Value.GetProperty("enum").EnumerateArray().Select(value => value.GetString()).ToArray();
                Assert.Equal(names.Distinct(), names);
            }
        }
    }
}
