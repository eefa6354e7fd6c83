"""Files that methods take and give: tables read with every fault told, results written whole, and what they came of."""
